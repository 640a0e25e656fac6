import type { Insertable, Selectable } from "kysely";
import type { Id, Instant } from "#kernel";
import type { Reader, Tx } from "#platform";
import type { WatchTables } from "../tables.ts";

type Read = Reader<WatchTables>;
export type RuleSetRow = Selectable<WatchTables["watch_rule_sets"]>;

export function ruleSetRows(read: Read): Promise<RuleSetRow[]> {
  return read.selectFrom("watch_rule_sets").selectAll().orderBy("made_at").orderBy("id").execute();
}

export function rulesOff(read: Read): Promise<Selectable<WatchTables["watch_rules_off"]>[]> {
  return read.selectFrom("watch_rules_off").selectAll().execute();
}

// Writing: only inside of `change`, which alone has a Tx.

/** False where there is one of this name. */
export async function addRuleSet(tx: Tx, set: Insertable<WatchTables["watch_rule_sets"]>): Promise<boolean> {
  const added = await tx
    .tables<WatchTables>()
    .insertInto("watch_rule_sets")
    .values(set)
    .onConflict((conflict) => conflict.doNothing())
    .returning("id")
    .execute();
  return added.length > 0;
}

export async function changeRuleSet(
  tx: Tx,
  id: Id<"rule-set">,
  change: Partial<Pick<RuleSetRow, "name" | "place" | "branch" | "pin" | "enabled" | "level">>,
): Promise<void> {
  await tx.tables<WatchTables>().updateTable("watch_rule_sets").set(change).where("id", "=", id).execute();
}

export async function removeRuleSet(tx: Tx, id: Id<"rule-set">): Promise<void> {
  await tx.tables<WatchTables>().deleteFrom("watch_rule_sets").where("id", "=", id).execute();
}

/** False where it was off before. */
export async function switchOff(
  tx: Tx,
  row: { readonly rule: string; readonly reason: string; readonly at: Instant; readonly by: string },
): Promise<boolean> {
  const added = await tx
    .tables<WatchTables>()
    .insertInto("watch_rules_off")
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning("rule")
    .execute();
  return added.length > 0;
}

/** False where it was on. */
export async function switchOn(tx: Tx, rule: string): Promise<boolean> {
  const gone = await tx
    .tables<WatchTables>()
    .deleteFrom("watch_rules_off")
    .where("rule", "=", rule)
    .returning("rule")
    .execute();
  return gone.length > 0;
}
