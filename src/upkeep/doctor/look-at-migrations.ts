import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, compareMigrations, type Migration, openPostgresRecords, openSqliteRecords } from "#platform";
import type { SettingsRead } from "#settings";
import { bad, type Finding, look, ok } from "../core/finding.ts";

/** Whether program and records are of one age. */
export async function lookAtMigrations(
  { settings, secrets }: SettingsRead,
  migrations: readonly Migration[],
  clock: Clock,
): Promise<Finding> {
  const id = "migrations";
  const file = join(settings.data, "records.sqlite");
  const { databaseUrl } = secrets;
  if (!databaseUrl && !(await stat(file).catch(() => undefined)))
    return ok(id, "There are no records yet; the first start makes their tables.");
  try {
    await using records = databaseUrl
      ? await openPostgresRecords({ url: databaseUrl.reveal(), clock, connections: 1 })
      : await openSqliteRecords({ file, clock });
    const { pending, unknown } = await compareMigrations(records, migrations);
    if (unknown.length > 0)
      return bad(
        id,
        `The records have been through ${unknown.join(", ")}, which this program does not know.`,
        "Run the newer Meridian.",
      );
    if (pending.length > 0)
      return look(id, `The next start brings ${pending.join(", ")}.`, "Make a backup first: see docs/upgrade.md.");
    return ok(id, "The records have been through all migrations of this program.");
  } catch {
    return look(id, "Nobody can say how far the records are: they can't be read.", "See what else is said of them.");
  }
}
