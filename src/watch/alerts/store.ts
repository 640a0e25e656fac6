import type { Insertable, Selectable } from "kysely";
import type { Id, Instant } from "#kernel";
import type { Reader, Tx } from "#platform";
import type { Level } from "#sigma";
import type { Joinable } from "../core/assign-alerts.ts";
import type { AlertState, WatchTables } from "../tables.ts";

export type AlertRow = Selectable<WatchTables["watch_alerts"]>;
type Read = Reader<WatchTables>;

/** Keys, ids or rows in one statement: both databases take fewer parameters than a large commit has. */
const atOnce = 400;

/** Alerts that are not closed, of these keys. */
export async function joinable(read: Read, keys: readonly string[]): Promise<Joinable[]> {
  const found: Joinable[] = [];
  for (const some of parts([...new Set(keys)]))
    found.push(
      ...(await read
        .selectFrom("watch_alerts")
        .select(["id", "key", "first_at as first", "last_at as last"])
        .where("key", "in", some)
        .where("state", "!=", "closed")
        .execute()),
    );
  return found;
}

/** Alerts that are being opened, of these keys. */
export async function claimsOf(read: Read, keys: readonly string[]): Promise<Joinable[]> {
  const found: Joinable[] = [];
  for (const some of parts([...new Set(keys)]))
    found.push(
      ...(await read
        .selectFrom("watch_alert_claims")
        .select(["id", "key", "first_at as first", "last_at as last"])
        .where("key", "in", some)
        .execute()),
    );
  return found;
}

export async function alertsOf(read: Read, ids: readonly string[]): Promise<AlertRow[]> {
  const found: AlertRow[] = [];
  for (const some of parts(ids as readonly Id<"alert">[]))
    found.push(...(await read.selectFrom("watch_alerts").selectAll().where("id", "in", some).execute()));
  return found;
}

export interface AlertFilter {
  readonly levels?: readonly Level[] | undefined;
  readonly states?: readonly AlertState[] | undefined;
  readonly rule?: string | undefined;
  readonly host?: string | undefined;
  readonly source?: string | undefined;
  readonly entity?: string | undefined;
  readonly assignee?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** The last alert of the page before. */
  readonly after?: { readonly raisedAt: number; readonly id: string } | undefined;
  readonly limit: number;
}

/** Newest first. */
export function listAlerts(read: Read, filter: AlertFilter): Promise<AlertRow[]> {
  let all = read.selectFrom("watch_alerts").selectAll();
  if (filter.levels) all = all.where("level", "in", filter.levels);
  if (filter.states) all = all.where("state", "in", filter.states);
  if (filter.rule !== undefined) all = all.where("rule", "=", filter.rule);
  if (filter.host !== undefined) all = all.where("host", "=", filter.host);
  if (filter.source !== undefined) all = all.where("source", "=", filter.source);
  if (filter.entity !== undefined) all = all.where("entity", "=", filter.entity);
  if (filter.assignee !== undefined) all = all.where("assignee", "=", filter.assignee);
  if (filter.since !== undefined) all = all.where("raised_at", ">=", filter.since as Instant);
  if (filter.until !== undefined) all = all.where("raised_at", "<=", filter.until as Instant);
  const { after } = filter;
  if (after)
    all = all.where((is) =>
      is.or([
        is("raised_at", "<", after.raisedAt as Instant),
        is.and([is("raised_at", "=", after.raisedAt as Instant), is("id", "<", after.id as Id<"alert">)]),
      ]),
    );
  return all.orderBy("raised_at", "desc").orderBy("id", "desc").limit(filter.limit).execute();
}

export async function countByState(read: Read): Promise<Record<AlertState, number>> {
  const rows = await read
    .selectFrom("watch_alerts")
    .select(["state", (is) => is.fn.countAll<number>().as("count")])
    .groupBy("state")
    .execute();
  const counts: Record<AlertState, number> = { open: 0, acknowledged: 0, closed: 0 };
  for (const { state, count } of rows) counts[state] = Number(count);
  return counts;
}

export async function progressOf(read: Read, name: string): Promise<Instant | undefined> {
  return (await read.selectFrom("watch_progress").select("at").where("name", "=", name).executeTakeFirst())?.at;
}

// Writing: only inside of `change`, which alone has a Tx.

/** Those that were not there. */
export async function addAlerts(tx: Tx, alerts: readonly Insertable<WatchTables["watch_alerts"]>[]): Promise<string[]> {
  const added: string[] = [];
  for (const some of parts(alerts))
    added.push(
      ...(
        await tx
          .tables<WatchTables>()
          .insertInto("watch_alerts")
          .values(some)
          .onConflict((conflict) => conflict.column("id").doNothing())
          .returning("id")
          .execute()
      ).map(({ id }) => id),
    );
  return added;
}

export interface AlertGrowth {
  readonly findings: number;
  readonly first: number;
  readonly last: number;
}

/** Adds findings to an alert that is there. */
export async function growAlert(tx: Tx, id: string, { findings, first, last }: AlertGrowth): Promise<void> {
  await tx
    .tables<WatchTables>()
    .updateTable("watch_alerts")
    .set((is) => ({
      findings: is("findings", "+", findings),
      first_at: is
        .case()
        .when("first_at", ">", first as Instant)
        .then(first as Instant)
        .else(is.ref("first_at"))
        .end(),
      last_at: is
        .case()
        .when("last_at", "<", last as Instant)
        .then(last as Instant)
        .else(is.ref("last_at"))
        .end(),
    }))
    .where("id", "=", id as Id<"alert">)
    .execute();
}

/** Says anew how many findings an alert has, and from when to when. */
export async function recountAlert(tx: Tx, id: string, { findings, first, last }: AlertGrowth): Promise<void> {
  await tx
    .tables<WatchTables>()
    .updateTable("watch_alerts")
    .set({ findings, first_at: first as Instant, last_at: last as Instant })
    .where("id", "=", id as Id<"alert">)
    .execute();
}

/** Says how many findings an alert has at least: of two who counted, whoever counted more has seen all of them. */
export async function raiseAlertTo(tx: Tx, id: string, { findings, first, last }: AlertGrowth): Promise<void> {
  await tx
    .tables<WatchTables>()
    .updateTable("watch_alerts")
    .set({ findings, first_at: first as Instant, last_at: last as Instant })
    .where("id", "=", id as Id<"alert">)
    .where("findings", "<", findings)
    .execute();
}

export async function addClaims(tx: Tx, claims: readonly Joinable[], at: Instant): Promise<void> {
  const rows = claims.map(({ id, key, first, last }) => ({
    id: id as Id<"alert">,
    key,
    first_at: first as Instant,
    last_at: last as Instant,
    claimed_at: at,
  }));
  for (const some of parts(rows))
    await tx
      .tables<WatchTables>()
      .insertInto("watch_alert_claims")
      .values(some)
      .onConflict((conflict) => conflict.column("id").doNothing())
      .execute();
}

/** Claims whose alerts are there. */
export async function endClaims(tx: Tx, ids: readonly string[]): Promise<void> {
  for (const some of parts(ids as readonly Id<"alert">[]))
    await tx.tables<WatchTables>().deleteFrom("watch_alert_claims").where("id", "in", some).execute();
}

/** Claims that came to nothing. */
export async function forgetClaims(tx: Tx, before: Instant): Promise<void> {
  await tx.tables<WatchTables>().deleteFrom("watch_alert_claims").where("claimed_at", "<", before).execute();
}

export type AlertChange = Partial<
  Pick<
    AlertRow,
    "state" | "verdict" | "reason" | "assignee" | "acknowledged_at" | "acknowledged_by" | "closed_at" | "closed_by"
  >
>;

export async function changeAlert(tx: Tx, id: string, change: AlertChange): Promise<void> {
  await tx
    .tables<WatchTables>()
    .updateTable("watch_alerts")
    .set(change)
    .where("id", "=", id as Id<"alert">)
    .execute();
}

export async function keepProgress(tx: Tx, name: string, at: Instant): Promise<void> {
  await tx
    .tables<WatchTables>()
    .insertInto("watch_progress")
    .values({ name, at })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ at }))
    .execute();
}

function parts<T>(all: readonly T[]): T[][] {
  const found: T[][] = [];
  for (let at = 0; at < all.length; at += atOnce) found.push(all.slice(at, at + atOnce));
  return found;
}
