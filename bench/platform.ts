/**
 * What the default makers take on this machine: rows a second into events by size of batch, transactions a second into
 * records, megabytes a second into blobs, and what a task costs in the pool. All of it durable, as always.
 *
 *   npm run bench platform -- [--rows 100000] [--runs 3]
 *
 * Rows are made here, about 700 bytes of JSON each. "sync" is one fsync of a small file in the same folder: the least
 * that a durable write can cost here. Figures, medians of the runs, go to bench/out/platform.json.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createPlatform, createPool, createTable, openDataFolder, systemClock } from "../src/platform/index.ts";

const { values: options } = parseArgs({
  options: { rows: { type: "string", default: "100000" }, runs: { type: "string", default: "3" } },
});
const path = mkdtempSync(join(tmpdir(), "meridian-bench-"));
const folder = await openDataFolder(path);
const platform = await createPlatform({ parts: ["records", "events", "blobs"], folder, clock: systemClock });

const figures = {
  processor: cpus()[0]?.model,
  node: process.version,
  milliseconds: {
    sync: await medianOf(() => timeEach(50, () => writeFileSync(join(path, "x"), "x", { flush: true }))),
  },
  events: await benchEvents(),
  records: await benchRecords(),
  blobs: await benchBlobs(),
  pool: await benchPool(),
};
await platform[Symbol.asyncDispose]();
await folder[Symbol.asyncDispose]();
rmSync(path, { recursive: true });
const out = fileURLToPath(new URL("out/platform.json", import.meta.url));
writeFileSync(out, `${JSON.stringify(figures, undefined, 2)}\n`);
console.log(JSON.stringify(figures, undefined, 2));

async function benchEvents(): Promise<Record<string, number>> {
  const { events } = platform;
  await events.command(
    "create table lines (id UInt64, host LowCardinality(String), line String) engine = MergeTree order by id",
  );
  const line = JSON.stringify({ process: "C:\\Windows\\System32\\svchost.exe", arguments: "-k netsvcs ".repeat(52) });
  const rowsPerSecond: Record<string, number> = {};
  for (const size of [1, 100, 1000, 10_000]) {
    const rows = Array.from({ length: size }, (_, id) => ({ id, host: `host-${id % 40}`, line }));
    const times = Math.max(20, Math.ceil(Number(options.rows) / size / 5));
    const each = await medianOf(() => timeEach(Math.min(times, 100), () => events.insert("lines", rows)));
    rowsPerSecond[`rows a second in batches of ${size}`] = Math.round((size / each) * 1000);
  }
  const query = () =>
    events.query("select count() as n from lines where line like '%netsvcs%'", { limits: { rowsRead: 0 } });
  return {
    ...rowsPerSecond,
    "milliseconds for a query of nothing": await medianOf(() => timeEach(50, () => events.query("select 1"))),
    "milliseconds for a scan of all": await medianOf(() => timeEach(3, query)),
  };
}

async function benchRecords(): Promise<Record<string, number>> {
  const steps = [createTable("bench", { columns: { id: { type: "sequence" }, text: { type: "text" } } })];
  await platform.records.migrate([{ room: "bench", name: "0001-bench", steps }]);
  const door = platform.records.claimDoor();
  const one = () =>
    door((tx) =>
      tx
        .tables<{ bench: { text: string } }>()
        .insertInto("bench")
        .values({ text: "x".repeat(200) })
        .execute(),
    );
  const each = await medianOf(() => timeEach(200, one));
  return { "transactions a second": Math.round(1000 / each) };
}

async function benchBlobs(): Promise<Record<string, number>> {
  const large = new Uint8Array(64 * 1024 * 1024).fill(7);
  const each = await medianOf(() => timeEach(1, () => platform.blobs.put("large", large)));
  const small = await medianOf(() => timeEach(50, () => platform.blobs.put("small", large.subarray(0, 1000))));
  return { "megabytes a second": Math.round(large.length / 1000 / each), "milliseconds for a small blob": small };
}

async function benchPool(): Promise<Record<string, number>> {
  const module = new URL("../src/platform/pool/testing/pool-worker.ts", import.meta.url);
  await using pool = createPool<{ does: "double"; number: number }, number>({ module, size: 1 });
  await pool.run({ does: "double", number: 1 });
  const each = await medianOf(() => timeEach(2000, () => pool.run({ does: "double", number: 1 })));
  return { "microseconds for a task of nothing": Math.round(each * 1000) };
}

/** Milliseconds for each of `times` calls, one after the other. */
async function timeEach(times: number, call: () => unknown): Promise<number> {
  const start = performance.now();
  for (let n = 0; n < times; n += 1) await call();
  return (performance.now() - start) / times;
}

async function medianOf(measure: () => Promise<number>): Promise<number> {
  const found: number[] = [];
  for (let run = 0; run < Number(options.runs); run += 1) found.push(await measure());
  return Math.round((found.sort((a, b) => a - b)[found.length >> 1] ?? 0) * 1000) / 1000;
}
