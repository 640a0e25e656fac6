import type { Selectable } from "kysely";
import type { Instant } from "#kernel";
import type { Reader, Tx } from "#platform";
import type { WatchTables } from "../tables.ts";

export type CanaryRow = Selectable<WatchTables["watch_canary"]>;

export function canaryRows(read: Reader<WatchTables>): Promise<CanaryRow[]> {
  return read.selectFrom("watch_canary").selectAll().execute();
}

export async function canaryRow(read: Reader<WatchTables>, rule: string): Promise<CanaryRow | undefined> {
  return read.selectFrom("watch_canary").selectAll().where("rule", "=", rule).executeTakeFirst();
}

// Writing: only inside of `change`, which alone has a Tx.

const atOnce = 100;

/** What is new about some rules; of others that are gone nothing is kept. */
export async function keepCanary(
  tx: Tx,
  changed: readonly Omit<CanaryRow, "since_at">[],
  gone: readonly string[],
  at: Instant,
): Promise<void> {
  const db = tx.tables<WatchTables>();
  const rules = [...changed.map(({ rule }) => rule), ...gone];
  for (let from = 0; from < rules.length; from += atOnce)
    await db
      .deleteFrom("watch_canary")
      .where("rule", "in", rules.slice(from, from + atOnce))
      .execute();
  for (let from = 0; from < changed.length; from += atOnce)
    await db
      .insertInto("watch_canary")
      .values(changed.slice(from, from + atOnce).map((row) => ({ ...row, since_at: at })))
      .execute();
}
