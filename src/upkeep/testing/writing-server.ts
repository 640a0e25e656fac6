/**
 * A server in small, to be backed up and killed: holds the data folder, answers `backup.hold`, and writes things numbered
 * from 0 as fast as it can: a row of events, then a blob, then a record. It says a number on its standard output once all
 * three are acknowledged. `writing-server.ts FOLDER`.
 */
import { writeSync } from "node:fs";
import { join } from "node:path";
import { listenForTerminal } from "#access";
import { createPlatform, createTable, openDataFolder, systemClock } from "#platform";
import { upkeepVerbs } from "../backup/hold-verb.ts";

const folder = await openDataFolder(process.argv[2] ?? "");
const { records, events, blobs } = await createPlatform({
  parts: ["records", "events", "blobs"],
  folder,
  clock: systemClock,
  eventsMemoryBytes: 1024 ** 3,
});
const steps = [createTable("kept", { columns: { n: { type: "integer", primaryKey: true } } })];
await records.migrate([{ room: "test", name: "0001-kept", steps }]);
await events.command("create table if not exists kept (n UInt32, gone UInt8) engine = MergeTree order by n");
await events.command("create table if not exists empty (n UInt32) engine = MergeTree order by n");
await listenForTerminal({
  path: join(folder.path, "terminal.sock"),
  verbs: upkeepVerbs({ folder: folder.path, events }),
  onFault: (verb, error) => {
    throw new Error(`${verb} failed`, { cause: error });
  },
});
const door = records.claimDoor();
for (let n = 0; ; n += 1) {
  await events.insert("kept", [{ n, gone: n % 10 === 3 ? 1 : 0 }]);
  await blobs.put(`kept/${n}`, Buffer.from(`blob ${n}`));
  await door(async (tx) => {
    await tx.tables<{ kept: { n: number } }>().insertInto("kept").values({ n }).execute();
  });
  // Changes of rows and merges of parts are going on while a backup is made.
  if (n % 40 === 39) await events.command("alter table kept delete where gone = 1");
  if (n % 25 === 24) await events.command("optimize table kept final");
  // Synchronous: what this process says must not wait in a buffer that dies with it.
  writeSync(1, `${n}\n`);
}
