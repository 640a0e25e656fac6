import { hash } from "node:crypto";
import type { Insertable, Selectable, Updateable } from "kysely";
import { type Id, type Instant, instant } from "#kernel";
import type { Reader, Tx } from "#platform";
import type { WatchTables } from "../tables.ts";
import type { Indicator, IndicatorType } from "./indicator.ts";

type Read = Reader<WatchTables>;
export type ListRow = Selectable<WatchTables["watch_indicator_lists"]>;
export type IndicatorRow = Selectable<WatchTables["watch_indicators"]>;

/** Rows in one statement: both databases take fewer parameters than an upload has. */
const atOnce = 400;

/** By name. */
export function listRows(read: Read): Promise<ListRow[]> {
  return read.selectFrom("watch_indicator_lists").selectAll().orderBy("name").limit(10_000).execute();
}

export function listRow(read: Read, id: Id<"indicator-list">): Promise<ListRow | undefined> {
  return read.selectFrom("watch_indicator_lists").selectAll().where("id", "=", id).executeTakeFirst();
}

/** How many indicators each list has, those that are over and not forgotten yet among them. */
export async function countsByList(read: Read): Promise<ReadonlyMap<string, number>> {
  const rows = await read
    .selectFrom("watch_indicators")
    .select(["list", (is) => is.fn.countAll<number>().as("count")])
    .groupBy("list")
    .execute();
  return new Map(rows.map(({ list, count }) => [list, Number(count)]));
}

export interface IndicatorFilter {
  readonly type?: IndicatorType | undefined;
  readonly value?: string | undefined;
  readonly text?: string | undefined;
  /** Id of the last one of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** By id. */
export function indicatorRows(
  read: Read,
  list: Id<"indicator-list">,
  { type, value, text, after, limit }: IndicatorFilter,
): Promise<IndicatorRow[]> {
  let all = read.selectFrom("watch_indicators").selectAll().where("list", "=", list);
  if (type !== undefined) all = all.where("type", "=", type);
  if (value !== undefined) all = all.where("value", "=", value);
  if (text !== undefined) all = all.where("value", "like", `%${text.toLowerCase().replace(/[%_\\]/g, "")}%`);
  if (after !== undefined) all = all.where("id", ">", after);
  return all.orderBy("id").limit(limit).execute();
}

/** The same thing in the same list has the same id, however often it comes. */
export function indicatorId(list: Id<"indicator-list">, { type, value, reach }: Indicator): string {
  return hash("sha256", `${list}\0${type}\0${reach}\0${value}`, "hex").slice(0, 32);
}

export function indicatorOf(row: IndicatorRow): Indicator {
  return {
    type: row.type,
    value: row.value,
    reach: row.reach,
    ...(row.valid_from !== null && { from: row.valid_from }),
    ...(row.valid_until !== null && { until: row.valid_until }),
    ...(row.confidence !== null && { confidence: row.confidence }),
    labels: JSON.parse(row.labels) as string[],
    reference: row.reference,
  };
}

// Writing: only inside of `change`, which alone has a Tx.

/** False where another list has the name. */
export async function addList(tx: Tx, row: Insertable<WatchTables["watch_indicator_lists"]>): Promise<boolean> {
  const added = await tx
    .tables<WatchTables>()
    .insertInto("watch_indicator_lists")
    .values(row)
    .onConflict((conflict) => conflict.column("name").doNothing())
    .returning("id")
    .execute();
  return added.length > 0;
}

/** Also tells every process that it is another list now. False where there is none. */
export async function changeList(
  tx: Tx,
  id: Id<"indicator-list">,
  at: Instant,
  change: Updateable<WatchTables["watch_indicator_lists"]> = {},
): Promise<boolean> {
  const changed = await tx
    .tables<WatchTables>()
    .updateTable("watch_indicator_lists")
    .set((is) => ({ ...change, changed_at: at, revision: is("revision", "+", 1) }))
    .where("id", "=", id)
    .returning("id")
    .execute();
  return changed.length > 0;
}

export async function removeList(tx: Tx, id: Id<"indicator-list">): Promise<boolean> {
  await tx.tables<WatchTables>().deleteFrom("watch_indicators").where("list", "=", id).execute();
  const removed = await tx
    .tables<WatchTables>()
    .deleteFrom("watch_indicator_lists")
    .where("id", "=", id)
    .returning("id")
    .execute();
  return removed.length > 0;
}

export interface AddedBy {
  readonly list: ListRow;
  readonly upload: string;
  readonly at: Instant;
  readonly by: string;
}

/** Adds indicators, each of them once; one that is there already is what it is said to be now. */
export async function addIndicators(
  tx: Tx,
  all: readonly Indicator[],
  { list, upload, at, by }: AddedBy,
): Promise<void> {
  for (let from = 0; from < all.length; from += atOnce) {
    const rows = all.slice(from, from + atOnce).map((one): IndicatorRow => {
      const until = one.until ?? (list.lifetime === null ? undefined : at + list.lifetime);
      return {
        id: indicatorId(list.id, one),
        list: list.id,
        type: one.type,
        value: one.value,
        reach: one.reach,
        valid_from: one.from === undefined ? null : instant(Math.trunc(one.from)),
        valid_until: until === undefined ? null : instant(Math.trunc(until)),
        confidence: one.confidence ?? null,
        labels: JSON.stringify(one.labels),
        reference: one.reference,
        upload,
        added_at: at,
        added_by: by,
      };
    });
    await tx
      .tables<WatchTables>()
      .insertInto("watch_indicators")
      .values(rows)
      .onConflict((conflict) =>
        conflict.column("id").doUpdateSet((is) => ({
          valid_from: is.ref("excluded.valid_from"),
          valid_until: is.ref("excluded.valid_until"),
          confidence: is.ref("excluded.confidence"),
          labels: is.ref("excluded.labels"),
          reference: is.ref("excluded.reference"),
          upload: is.ref("excluded.upload"),
        })),
      )
      .execute();
  }
}

export async function removeIndicator(tx: Tx, list: Id<"indicator-list">, id: string): Promise<boolean> {
  const removed = await tx
    .tables<WatchTables>()
    .deleteFrom("watch_indicators")
    .where("list", "=", list)
    .where("id", "=", id)
    .returning("id")
    .execute();
  return removed.length > 0;
}

/** Those of a list that did not come with an upload: what it was to replace. Gives how many. */
export async function removeOthers(tx: Tx, list: Id<"indicator-list">, upload: string): Promise<number> {
  const { numDeletedRows } = await tx
    .tables<WatchTables>()
    .deleteFrom("watch_indicators")
    .where("list", "=", list)
    .where("upload", "!=", upload)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

export async function forgetExpired(tx: Tx, at: Instant): Promise<number> {
  const { numDeletedRows } = await tx
    .tables<WatchTables>()
    .deleteFrom("watch_indicators")
    .where("valid_until", "<=", at)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
