import { mkdir, open, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import type { Events } from "../events/events.ts";

/** A moment of the data folder, held still while it is copied, in `snapshots/NAME` and in the engine's own `shadow/NAME`. */
export interface SnapshotOptions {
  /** The data folder's path. Whoever asks holds its lock. */
  readonly folder: string;
  /** Of `a-z0-9_`, which the engine takes for the name of a folder as they are. */
  readonly name: string;
  /** Open, where this process has it open; a folder that nobody has open stands still by itself. */
  readonly events?: Pick<Events, "maker" | "query" | "command">;
}

/**
 * Holds the records and then the events: what is acknowledged before the call is in both, and of what comes during it
 * the events may be ahead of the records, as they are after a crash. The records are copied (one read transaction, which
 * holds up no writer), the events' parts get a second name each (`FREEZE`), which takes no room until they are merged away.
 */
export async function holdSnapshot({ folder, name, events }: SnapshotOptions): Promise<void> {
  if (!/^[a-z0-9_]{1,64}$/.test(name)) throw new RangeError(`not the name of a snapshot: ${name}`);
  const held = join(folder, "snapshots", name);
  await mkdir(held, { recursive: true, mode: 0o700 });
  const records = join(folder, "records.sqlite");
  if (await isThere(records)) await copySqlite(records, join(held, "records.sqlite"));
  if (events?.maker === "chdb") await freeze(events, name, join(folder, "events", "data", "shadow", name));
}

/** Lets a snapshot go, whichever process held it. Without a name, all that there are. */
export async function letSnapshotGo(folder: string, name?: string): Promise<void> {
  for (const place of [join(folder, "snapshots"), join(folder, "events", "data", "shadow")])
    await rm(name === undefined ? place : join(place, name), { recursive: true, force: true });
}

/** All pages in one step: in several, each write of others would begin the copy again. */
const allPages = 0x7fffffff;

async function copySqlite(from: string, to: string): Promise<void> {
  const database = new DatabaseSync(from, { timeout: 5000 });
  try {
    await backup(database, to, { rate: allPages });
  } finally {
    database.close();
  }
  await using file = await open(to, "r+");
  await file.chmod(0o600);
  await file.sync();
}

async function freeze(events: Pick<Events, "query" | "command">, name: string, shadow: string): Promise<void> {
  const tables = await events.query<{ name: string; rows: number }>(
    "select name, toUInt32(ifNull(total_rows, 0) > 0) as rows from system.tables where database = currentDatabase() and engine like '%MergeTree' order by name",
  );
  for (const table of tables) {
    if (!/^[A-Za-z_]\w*$/.test(table.name)) throw new Error(`a table of events has an odd name: ${table.name}`);
    await events.command(`alter table ${table.name} freeze with name '${name}'`);
  }
  if (tables.some(({ rows }) => rows > 0) && !(await isThere(shadow)))
    throw new Error(`the engine of events has frozen its tables elsewhere than in ${shadow}`);
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
