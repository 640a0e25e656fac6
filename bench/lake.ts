/**
 * What the lake costs: rows a second and processor time a row of `store`, beside chDB's bare insert of the same rows in
 * the same run; bytes on disk an event; what asking for doubles costs; what a retention run costs.
 *
 *   npm run bench lake -- [--rows 200000] [--batch 10000]
 *
 * Rows are made here of a fleet's Windows events, 1 KB each, spelled as lanes spell them, and stored as fast as the store
 * takes them, two batches at a time. Processor time is that of the whole process, merges included: each way ends with a
 * merge of all parts into one, which is counted apart. Figures go to bench/out/lake.json.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createLakeStore, type SpelledBatch } from "../src/lake/index.ts";
import { type Events, openChdbEvents, systemClock } from "../src/platform/index.ts";
import { microsecondsSince, rounded, spelledBatches } from "./lake/spelled-batches.ts";

const { values: options } = parseArgs({
  options: { rows: { type: "string", default: "200000" }, batch: { type: "string", default: "10000" } },
});
const rows = Number(options.rows);
const size = Number(options.batch);

interface Cost {
  readonly "rows a second": number;
  readonly "µs of processor a row": number;
  readonly "µs of processor a row, to merge all into one part": number;
  readonly "bytes on disk an event": number;
}

const spelling = await spelledBatches(rows, size, 900_000);
const { batches } = spelling;
const folder = mkdtempSync(join(tmpdir(), "meridian-bench-lake-"));
const figures = {
  processor: cpus()[0]?.model,
  node: process.version,
  rows,
  "rows in a batch": size,
  "bytes of JSON an event": spelling.bytes,
  "µs of processor to spell an event": spelling.cost,
  "µs of processor of JSON.parse, an event": spelling.parse,
  ...(await benchStores()),
};
rmSync(folder, { recursive: true });
const out = fileURLToPath(new URL("out/lake.json", import.meta.url));
writeFileSync(out, `${JSON.stringify(figures, undefined, 2)}\n`);
console.log(JSON.stringify(figures, undefined, 2));

async function benchStores() {
  await using events = await openChdbEvents({ folder, memoryBytes: 2 * 1024 ** 3 });
  const lake = createLakeStore({ events, clock: systemClock });
  await lake.open();
  await events.command("create table bare as events");
  await events.insertLines("bare", batches[0]!.rows);
  await events.command("truncate table bare");
  const bare = await measure(events, "bare", ({ rows: lines }) => events.insertLines("bare", lines));
  const stored = await measure(events, "events", (batch) => lake.store(batch));
  const before = process.cpuUsage();
  const from = performance.now();
  for (const batch of batches.slice(0, 5)) await lake.store(batch);
  const doubles = batches.slice(0, 5).reduce((sum, { ends }) => sum + ends.length, 0);
  return {
    "chDB's bare insert": bare,
    store: stored,
    "a retry of rows that are there": {
      "rows a second": Math.round((doubles / (performance.now() - from)) * 1000),
      "µs of processor a row": rounded(microsecondsSince(before) / doubles),
    },
    "milliseconds to open again": await again(events),
    "deleting half of the rows of a day": await benchForgetting(events),
  };
}

async function measure(events: Events, table: string, put: (batch: SpelledBatch) => Promise<unknown>): Promise<Cost> {
  const before = process.cpuUsage();
  const from = performance.now();
  const left = [...batches];
  await Promise.all(
    [1, 2].map(async () => {
      for (let batch = left.shift(); batch; batch = left.shift()) await put(batch);
    }),
  );
  const seconds = (performance.now() - from) / 1000;
  const spent = microsecondsSince(before);
  const merging = process.cpuUsage();
  await events.command(`optimize table ${table} final`);
  const merged = microsecondsSince(merging);
  const [disk] = await events.query<{ bytes: number; rows: number }>(
    "select sum(bytes_on_disk) as bytes, sum(rows) as rows from system.parts where active and table = {table:String}",
    { parameters: { table } },
  );
  if (disk?.rows !== rows) throw new Error(`${table} has ${disk?.rows} rows`);
  return {
    "rows a second": Math.round(rows / seconds),
    "µs of processor a row": rounded(spent / rows),
    "µs of processor a row, to merge all into one part": rounded(merged / rows),
    "bytes on disk an event": Math.round(disk.bytes / rows),
  };
}

/** What a retention run does where not all of a day is due. */
async function benchForgetting(events: Events): Promise<Record<string, number>> {
  const half = "sipHash64(uid) % 2 = 0";
  const [count] = await events.query<{ n: number }>(`select countIf(${half}) as n from bare`);
  const gone = count?.n ?? 0;
  const before = process.cpuUsage();
  const from = performance.now();
  await events.command(`alter table bare delete where ${half} settings mutations_sync = 2`);
  return {
    rows: gone,
    milliseconds: Math.round(performance.now() - from),
    "µs of processor a row that stays": rounded(microsecondsSince(before) / (rows - gone)),
  };
}

async function again(events: Events): Promise<number> {
  const from = performance.now();
  await createLakeStore({ events, clock: systemClock }).open();
  return Math.round(performance.now() - from);
}
