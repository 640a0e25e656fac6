import type { Insertable, Selectable } from "kysely";
import type { Id } from "#kernel";
import type { Reader, Tx } from "#platform";
import type { KeptTable, LakeTables } from "../tables.ts";

type Read = Reader<LakeTables>;
type Row<Table extends keyof LakeTables> = Selectable<LakeTables[Table]>;

// Reading.

export function retentionRules(read: Read): Promise<Row<"lake_retention">[]> {
  return read.selectFrom("lake_retention").selectAll().orderBy("of").orderBy("source").orderBy("class").execute();
}

/** Holds, newest first; those that were lifted only when asked for. */
export function holds(read: Read, lifted = false): Promise<Row<"lake_holds">[]> {
  const all = read.selectFrom("lake_holds").selectAll().orderBy("placed_at", "desc").orderBy("id", "desc");
  return (lifted ? all : all.where("lifted_at", "is", null)).execute();
}

export function erasures(read: Read): Promise<Row<"lake_erasures">[]> {
  return read
    .selectFrom("lake_erasures")
    .selectAll()
    .orderBy("asked_at", "desc")
    .orderBy("id", "desc")
    .limit(500)
    .execute();
}

// Writing: only inside of `change`.

/** Puts a rule in the place of what was said of the same rows; gives back its id. */
export async function setRetention(tx: Tx, rule: Insertable<LakeTables["lake_retention"]>): Promise<void> {
  const db = tx.tables<LakeTables>();
  await db
    .deleteFrom("lake_retention")
    .where("of", "=", rule.of)
    .where("source", "=", rule.source)
    .where("class", "=", rule.class)
    .execute();
  await db.insertInto("lake_retention").values(rule).execute();
}

/** What the rule was about; undefined when there is none. */
export async function endRetention(
  tx: Tx,
  id: Id<"retention">,
): Promise<{ of: KeptTable; source: string; class: number; days: number } | undefined> {
  const ended = tx.tables<LakeTables>().deleteFrom("lake_retention").where("id", "=", id);
  return (await ended.returning(["of", "source", "class", "days"]).execute())[0];
}

export async function addHold(tx: Tx, hold: Insertable<LakeTables["lake_holds"]>): Promise<void> {
  await tx.tables<LakeTables>().insertInto("lake_holds").values(hold).execute();
}

/** False when there is no such hold, or it was lifted. */
export async function liftHold(
  tx: Tx,
  id: Id<"hold">,
  by: Pick<LakeTables["lake_holds"], "lifted_at" | "lifted_by">,
): Promise<boolean> {
  const lifted = tx
    .tables<LakeTables>()
    .updateTable("lake_holds")
    .set(by)
    .where("id", "=", id)
    .where("lifted_at", "is", null);
  return (await lifted.returning("id").execute()).length > 0;
}

export async function addErasure(tx: Tx, erasure: Insertable<LakeTables["lake_erasures"]>): Promise<void> {
  await tx.tables<LakeTables>().insertInto("lake_erasures").values(erasure).execute();
}

export async function endErasure(
  tx: Tx,
  id: Id<"erasure">,
  end: Pick<LakeTables["lake_erasures"], "state" | "subject" | "ended_at" | "counts">,
): Promise<void> {
  await tx.tables<LakeTables>().updateTable("lake_erasures").set(end).where("id", "=", id).execute();
}
