import { systemClock } from "../clock.ts";
import { createTable } from "../records/migration.ts";
import { openPostgresRecords } from "../records/postgres-records.ts";
import type { Records } from "../records/records.ts";
import { openSqliteRecords } from "../records/sqlite-records.ts";

/** Records with a table `kept (n)`, in the file or the database that `place` names. */
export async function openRecords(place: string): Promise<Records> {
  const records = place.startsWith("postgres:")
    ? await openPostgresRecords({ url: place, clock: systemClock })
    : await openSqliteRecords({ file: place, clock: systemClock });
  const steps = [createTable("kept", { columns: { n: { type: "integer", primaryKey: true } } })];
  await records.migrate([{ room: "test", name: "0001-kept", steps }]);
  return records;
}
