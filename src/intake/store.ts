/** The only file that knows this room's tables. */
import type { Instant } from "#kernel";
import type { Reader, Tx } from "#platform";
import { type SourceWish, sourceWishSchema } from "./source-schema.ts";
import type { IntakeTables } from "./tables.ts";

/** A source as it is kept. */
export interface SourceRecord extends SourceWish {
  readonly name: string;
  readonly madeAt: Instant;
  readonly madeBy: string;
  readonly changedAt: Instant;
  readonly changedBy: string;
  readonly challenge?: { readonly text: string; readonly at: Instant };
}

/** All sources, by name. There are as many as somebody set up: hundreds, not millions. */
export async function allSources(read: Reader<IntakeTables>): Promise<SourceRecord[]> {
  return (await read.selectFrom("intake_sources").selectAll().orderBy("name").execute()).map(recordOf);
}

export async function sourceByName(read: Reader<IntakeTables>, name: string): Promise<SourceRecord | undefined> {
  const row = await read.selectFrom("intake_sources").selectAll().where("name", "=", name).executeTakeFirst();
  return row && recordOf(row);
}

/** Adds it, or replaces what people say of it. */
export async function keepSource(tx: Tx, source: SourceRecord): Promise<void> {
  const { name, madeAt, madeBy, changedAt, changedBy, challenge, ...wish } = source;
  const said = { wish: JSON.stringify(wish), changed_at: changedAt, changed_by: changedBy };
  await tx
    .tables<IntakeTables>()
    .insertInto("intake_sources")
    .values({
      ...said,
      name,
      made_at: madeAt,
      made_by: madeBy,
      challenge: challenge?.text ?? null,
      challenge_at: challenge?.at ?? null,
    })
    .onConflict((conflict) => conflict.column("name").doUpdateSet(said))
    .execute();
}

export async function keepChallenge(tx: Tx, name: string, text: string, at: Instant): Promise<void> {
  await tx
    .tables<IntakeTables>()
    .updateTable("intake_sources")
    .set({ challenge: text, challenge_at: at })
    .where("name", "=", name)
    .execute();
}

export async function dropSource(tx: Tx, name: string): Promise<void> {
  await tx.tables<IntakeTables>().deleteFrom("intake_sources").where("name", "=", name).execute();
}

function recordOf(row: IntakeTables["intake_sources"]): SourceRecord {
  return {
    ...sourceWishSchema.parse(JSON.parse(row.wish)),
    name: row.name,
    madeAt: row.made_at,
    madeBy: row.made_by,
    changedAt: row.changed_at,
    changedBy: row.changed_by,
    ...(row.challenge !== null && row.challenge_at !== null
      ? { challenge: { text: row.challenge, at: row.challenge_at } }
      : {}),
  };
}
