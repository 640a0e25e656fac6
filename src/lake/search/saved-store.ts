import type { Selectable } from "kysely";
import type { Id } from "#kernel";
import type { Reader, Tx } from "#platform";
import type { SearchTables } from "./tables.ts";

type Read = Reader<SearchTables>;
export type SavedRow = Selectable<SearchTables["lake_searches"]>;

/** Somebody's own searches and those that are shared, by name. */
export function savedFor(read: Read, person: string, most: number): Promise<SavedRow[]> {
  return read
    .selectFrom("lake_searches")
    .selectAll()
    .where((is) => is.or([is("owner", "=", person), is("shared", "=", 1)]))
    .orderBy("name")
    .orderBy("id")
    .limit(most)
    .execute();
}

export function savedById(read: Read, id: Id<"search">): Promise<SavedRow | undefined> {
  return read.selectFrom("lake_searches").selectAll().where("id", "=", id).executeTakeFirst();
}

export async function countSaved(read: Read, owner: string): Promise<number> {
  const row = await read
    .selectFrom("lake_searches")
    .select(({ fn }) => fn.countAll<number | string>().as("n"))
    .where("owner", "=", owner)
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

// Writing: only inside of `change`, which alone has a Tx.

export async function addSaved(tx: Tx, row: SavedRow): Promise<void> {
  await tx.tables<SearchTables>().insertInto("lake_searches").values(row).execute();
}

export async function changeSaved(
  tx: Tx,
  id: Id<"search">,
  row: Omit<SavedRow, "id" | "owner" | "made_at">,
): Promise<void> {
  await tx.tables<SearchTables>().updateTable("lake_searches").set(row).where("id", "=", id).execute();
}

export async function removeSaved(tx: Tx, id: Id<"search">): Promise<void> {
  await tx.tables<SearchTables>().deleteFrom("lake_searches").where("id", "=", id).execute();
}
