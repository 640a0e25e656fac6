/**
 * How many events a second the EVTX reader takes on one core, from bytes in memory to JSON objects.
 *
 *   npm run bench evtx -- [--megabytes 50] [--runs 5]
 *
 * The log is made here, the same bytes each time: Sysmon process starts of 23 fields, about 1,600 bytes of record each.
 * "scan" is one CRC-32 over the same bytes, which the reader does too: the least that reading them can cost. Figures
 * go to bench/out/evtx.json.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { crc32 } from "node:zlib";
import { readEvtx } from "#ingest";
import { processStart } from "../src/ingest/evtx/testing/sample-events.ts";
import { writeEvtx } from "../src/ingest/evtx/testing/write-evtx.ts";

const { values: options } = parseArgs({
  options: { megabytes: { type: "string", default: "50" }, runs: { type: "string", default: "5" } },
});
const root = fileURLToPath(new URL("..", import.meta.url));
const log = makeLog(Number(options.megabytes) * 1e6);

const seconds: number[] = [];
let events = 0;
for (let run = 0; run < Number(options.runs); run++) {
  const start = performance.now();
  events = await countEvents();
  seconds.push((performance.now() - start) / 1000);
}
const scanStart = performance.now();
crc32(log);
const scanSeconds = (performance.now() - scanStart) / 1000;

const ordered = seconds.toSorted((a, b) => a - b);
const median = ordered[ordered.length >> 1]!;
const figures = {
  processor: cpus()[0]?.model,
  node: process.version,
  bytes: log.length,
  events,
  eventsPerSecond: {
    median: Math.round(events / median),
    min: Math.round(events / ordered.at(-1)!),
    max: Math.round(events / ordered[0]!),
  },
  megabytesPerSecond: Math.round(log.length / 1e6 / median),
  scanMegabytesPerSecond: Math.round(log.length / 1e6 / scanSeconds),
  peakMemoryMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
};
mkdirSync(join(root, "bench/out"), { recursive: true });
writeFileSync(join(root, "bench/out/evtx.json"), JSON.stringify(figures, null, 2));
console.log(figures);

async function countEvents(): Promise<number> {
  const input = {
    name: "bench.evtx",
    async *open() {
      for (let at = 0; at < log.length; at += 1 << 18) yield log.subarray(at, at + (1 << 18));
    },
  };
  let count = 0;
  for await (const { records, problems } of readEvtx(input, { recordBytes: 1 << 24, depth: 64 })) {
    if (problems.length > 0) throw new Error(`the bench's own log cannot be read: ${JSON.stringify(problems[0])}`);
    count += records.length;
  }
  return count;
}

/** A log of about `bytes` bytes. */
function makeLog(bytes: number): Buffer {
  return writeEvtx(
    (function* () {
      for (let id = 1; id * 1_650 < bytes; id++) yield processStart(id);
    })(),
  );
}
