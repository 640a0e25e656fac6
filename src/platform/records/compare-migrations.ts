import { type Migration, readMigrations } from "./migration.ts";
import type { Records } from "./records.ts";

/** `room/0001-people`, each. */
export interface MigrationsApart {
  /** The program brings them and the database has not been through them. */
  readonly pending: readonly string[];
  /** The database has been through them and the program does not know them: it is older. */
  readonly unknown: readonly string[];
}

interface Catalogues {
  sqlite_schema: { name: string };
  pg_tables: { tablename: string };
  platform_migration: { room: string; name: string };
}

/** How far program and database are apart. Reads alone; what `migrate` would refuse for other reasons is not looked at. */
export async function compareMigrations(records: Records, migrations: readonly Migration[]): Promise<MigrationsApart> {
  const own = await readMigrations("platform", new URL("../migrations/", import.meta.url));
  const brought = [...own, ...migrations].map(({ room, name }) => `${room}/${name}`);
  const done = new Set(await recorded(records));
  const known = new Set(brought);
  return { pending: brought.filter((name) => !done.has(name)), unknown: [...done].filter((name) => !known.has(name)) };
}

async function recorded(records: Records): Promise<string[]> {
  const read = records.tables<Catalogues>();
  const table = "platform_migration";
  const found =
    records.maker === "sqlite"
      ? await read.selectFrom("sqlite_schema").select("name").where("name", "=", table).execute()
      : await read.selectFrom("pg_tables").select("tablename").where("tablename", "=", table).execute();
  if (found.length === 0) return [];
  const rows = await read.selectFrom("platform_migration").select(["room", "name"]).execute();
  return rows.map(({ room, name }) => `${room}/${name}`);
}
