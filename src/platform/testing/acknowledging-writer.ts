/**
 * A program to be killed: writes rows numbered from 0 as fast as it can, and says a row's number on its standard output
 * once its maker has acknowledged it. `acknowledging-writer.ts events|records FOLDER_OR_URL`.
 */
import { writeSync } from "node:fs";
import { openChdbEvents } from "../events/chdb-events.ts";
import { openClickHouseEvents } from "../events/clickhouse-events.ts";
import { openRecords } from "./open-records.ts";

const [what, place = ""] = process.argv.slice(2);
const write = what === "events" ? await writeEvents() : await writeRecords();
for (let n = 0; ; n += 1) {
  await write(n);
  // Synchronous: what this process says must not wait in a buffer that dies with it.
  writeSync(1, `${n}\n`);
}

async function writeEvents(): Promise<(n: number) => Promise<void>> {
  const events = place.startsWith("http")
    ? await openClickHouseEvents({ url: place })
    : await openChdbEvents({ folder: place, memoryBytes: 1024 ** 3 });
  await events.command("create table if not exists kept (n UInt32) engine = MergeTree order by n");
  return (n) => events.insert("kept", [{ n }]);
}

async function writeRecords(): Promise<(n: number) => Promise<void>> {
  const door = (await openRecords(place)).claimDoor();
  return (n) =>
    door(async (tx) => {
      await tx.tables<{ kept: { n: number } }>().insertInto("kept").values({ n }).execute();
    });
}
