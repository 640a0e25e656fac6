import type { Insertable, Selectable } from "kysely";
import type { Id, Instant } from "#kernel";
import type { Reader, Tx } from "#platform";
import type { WatchTables } from "../tables.ts";

type Read = Reader<WatchTables>;
export type ExceptionRow = Selectable<WatchTables["watch_exceptions"]>;
export type SuppressionRow = Selectable<WatchTables["watch_suppressions"]>;

/** Newest first; those that have ended too, where asked for. */
export function exceptionRows(
  read: Read,
  { rule, ended = false }: { readonly rule?: string | undefined; readonly ended?: boolean } = {},
): Promise<ExceptionRow[]> {
  let all = read.selectFrom("watch_exceptions").selectAll();
  if (!ended) all = all.where("ended_at", "is", null);
  if (rule !== undefined) all = all.where((is) => is.or([is("rule", "=", rule), is("rule", "is", null)]));
  return all.orderBy("made_at", "desc").orderBy("id", "desc").limit(1_000).execute();
}

export function suppressionRows(
  read: Read,
  { rule }: { readonly rule?: string | undefined } = {},
): Promise<SuppressionRow[]> {
  let all = read.selectFrom("watch_suppressions").selectAll().where("ended_at", "is", null);
  if (rule !== undefined) all = all.where("rule", "=", rule);
  return all.orderBy("made_at", "desc").orderBy("id", "desc").limit(10_000).execute();
}

// Writing: only inside of `change`, which alone has a Tx.

export async function addException(tx: Tx, row: Insertable<WatchTables["watch_exceptions"]>): Promise<void> {
  await tx.tables<WatchTables>().insertInto("watch_exceptions").values(row).execute();
}

/** False where there is none, or it has ended. */
export async function endException(tx: Tx, id: Id<"exception">, at: Instant, by: string): Promise<boolean> {
  const ended = await tx
    .tables<WatchTables>()
    .updateTable("watch_exceptions")
    .set({ ended_at: at, ended_by: by })
    .where("id", "=", id)
    .where("ended_at", "is", null)
    .returning("id")
    .execute();
  return ended.length > 0;
}

export async function countException(tx: Tx, id: Id<"exception">, hits: number, at: Instant): Promise<void> {
  await tx
    .tables<WatchTables>()
    .updateTable("watch_exceptions")
    .set((is) => ({ hits: is("hits", "+", hits), last_hit_at: at }))
    .where("id", "=", id)
    .execute();
}

export async function addSuppression(tx: Tx, row: Insertable<WatchTables["watch_suppressions"]>): Promise<void> {
  await tx.tables<WatchTables>().insertInto("watch_suppressions").values(row).execute();
}

/** False where there is none, or it has ended. */
export async function endSuppression(tx: Tx, id: Id<"suppression">, at: Instant): Promise<boolean> {
  const ended = await tx
    .tables<WatchTables>()
    .updateTable("watch_suppressions")
    .set({ ended_at: at })
    .where("id", "=", id)
    .where("ended_at", "is", null)
    .returning("id")
    .execute();
  return ended.length > 0;
}

export async function countSuppression(tx: Tx, id: Id<"suppression">, hits: number): Promise<void> {
  await tx
    .tables<WatchTables>()
    .updateTable("watch_suppressions")
    .set((is) => ({ hits: is("hits", "+", hits) }))
    .where("id", "=", id)
    .execute();
}
