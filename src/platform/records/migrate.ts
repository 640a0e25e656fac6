import { type Kysely, sql, type Transaction } from "kysely";
import type { Instant } from "#kernel";
import type { Clock } from "../clock.ts";
import type { Maker } from "./column.ts";
import { MigrationError } from "./migration-error.ts";
import { checksum, type Migration, stepSql } from "./migration.ts";

interface MigrationTables {
  platform_migration: { room: string; name: string; checksum: string; run_at: Instant };
}

/** Runs what is missing inside the caller's transaction; see Records.migrate. */
export async function migrate(
  db: Transaction<MigrationTables>,
  maker: Maker,
  migrations: readonly Migration[],
  clock: Clock,
): Promise<string[]> {
  // Two programs that start at once must not both make the table; SQLite's write lock is held already.
  if (maker === "postgres") await sql`select pg_advisory_xact_lock(${sql.lit(advisoryLock)})`.execute(db);
  await makeTable(db, maker);
  const recorded = await db.selectFrom("platform_migration").selectAll().orderBy("room").orderBy("name").execute();
  const missing = toRun(recorded, migrations);
  for (const migration of missing) {
    for (const step of migration.steps) await sql.raw(stepSql(maker, step)).execute(db);
    await db
      .insertInto("platform_migration")
      .values({
        room: migration.room,
        name: migration.name,
        checksum: checksum(migration),
        run_at: clock.now(),
      })
      .execute();
  }
  return missing.map(title);
}

/** Any number that no other program on the same database locks. */
const advisoryLock = 7_241_986_220;

function title({ room, name }: { readonly room: string; readonly name: string }): string {
  return `${room}/${name}`;
}

async function makeTable(db: Kysely<MigrationTables>, maker: Maker): Promise<void> {
  const [text, number] = maker === "sqlite" ? ["text", "integer"] : [`text collate "C"`, "bigint"];
  await sql
    .raw(
      `create table if not exists platform_migration (room ${text} not null, name ${text} not null, checksum ${text} not null, run_at ${number} not null, primary key (room, name))`,
    )
    .execute(db);
}

type Recorded = MigrationTables["platform_migration"];

/** What the database has not seen, in the program's order; throws when the two disagree. */
function toRun(recorded: readonly Recorded[], migrations: readonly Migration[]): Migration[] {
  const known = new Map(migrations.map((migration) => [title(migration), migration]));
  for (const row of recorded) {
    const migration = known.get(title(row));
    if (!migration)
      throw new MigrationError(
        "newer",
        title(row),
        `The database has been through ${title(row)}, which this program does not know: it was used by a newer Meridian. Run that one, or restore the backup made before it.`,
      );
    if (checksum(migration) !== row.checksum)
      throw new MigrationError(
        "changed",
        title(row),
        `${title(row)} is not what the database ran: a migration that was released must stay as it is. Put it back and write a new one.`,
      );
  }
  const done = new Set(recorded.map(title));
  const missing = migrations.filter((migration) => !done.has(title(migration)));
  for (const { room, name } of missing) {
    const later = recorded.find((row) => row.room === room && row.name > name);
    if (later)
      throw new MigrationError(
        "out-of-order",
        `${room}/${name}`,
        `${room}/${name} comes before ${title(later)}, which has run already. Give it a higher number.`,
      );
  }
  return missing;
}
