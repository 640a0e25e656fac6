/**
 * What it costs to say what a record is: `npm run bench kinds -- [--events 20000] [--runs 9] [--lane NAME]`. Each run
 * reads a lane's bytes batch by batch and times, on the fresh records of each batch, recognising them alone, making
 * events of them (recognising and unfolding), and JSON.parse of the same records beside it. Figures are nanoseconds an
 * event over all batches of all runs: the median, and the fastest tenth's slowest (`quiet`), which a busy machine disturbs
 * less. `again` is what recognising the same record once more takes: the work alone, without the cache misses of whoever
 * touches a fresh record first. They go to bench/out/kinds.json.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type FormatName, loadKinds, type LogInput, readLog, toEvent } from "#ingest";
import type { JsonObject } from "#sigma";
import { type KindLane, kindLanes } from "./kinds/lanes.ts";
import { Random } from "./sigma/random.ts";

const { values: options } = parseArgs({
  options: {
    events: { type: "string", default: "20000" },
    runs: { type: "string", default: "9" },
    lane: { type: "string" },
  },
});
const recognise = loadKinds();
/** How often "again" asks: so often that the first time, which waits for memory, does not count. */
const manyTimes = 20;
/** Of how many records of a batch, so that it takes no longer than the rest. */
const few = 20;

const results = [];
for (const lane of kindLanes) {
  if (options.lane === undefined || lane.name === options.lane) results.push(await measure(lane));
}
console.table(Object.fromEntries(results.map(({ lane, kinds: _, ...figures }) => [lane, figures])));
const folder = join(import.meta.dirname, "out");
mkdirSync(folder, { recursive: true });
writeFileSync(
  join(folder, "kinds.json"),
  JSON.stringify({ processor: cpus()[0]?.model, node: process.version, lanes: results }, null, 2),
);

async function measure(lane: KindLane) {
  const events = Number(options.events);
  const random = new Random(77);
  const bytes = Buffer.from(Array.from({ length: events }, (_, number) => `${lane.line(random, number)}\n`).join(""));
  const times = { recognise: [] as number[], again: [] as number[], event: [] as number[], parse: [] as number[] };
  const kinds = new Set<string>();
  let count = 0;
  for (let run = -2; run < Number(options.runs); run++) {
    for (const what of ["recognise", "again", "event"] as const) {
      for await (const { records } of readLog(inputOf(bytes))) {
        const spent = timed(() => {
          if (what === "event") for (const record of records) toEvent(record, recognise);
          else if (what === "again") for (const { body, format } of records.slice(0, few)) many(body, format);
          else for (const { body, format } of records) recognise(body, format);
        });
        const texts = records.map(({ body }) => JSON.stringify(body));
        const parsing = timed(() => {
          for (const text of texts) JSON.parse(text);
        });
        count += records.length;
        for (const record of records) kinds.add(toEvent(record, recognise).kind.key);
        // The last batch of a file may hold too little to be measured.
        if (run < 0 || records.length < 50) continue;
        times[what].push(spent / (what === "again" ? few * manyTimes : records.length));
        times.parse.push(parsing / records.length);
      }
    }
  }
  if (count !== events * 3 * (Number(options.runs) + 2)) throw new Error(`${lane.name}: some records were not read`);
  return {
    lane: lane.name,
    recogniseNs: quantile(times.recognise, 0.5),
    recogniseQuiet: quantile(times.recognise, 0.1),
    againNs: quantile(times.again, 0.5),
    eventNs: quantile(times.event, 0.5),
    eventQuiet: quantile(times.event, 0.1),
    parseNs: quantile(times.parse, 0.5),
    parseQuiet: quantile(times.parse, 0.1),
    batches: times.recognise.length,
    kinds: [...kinds],
  };
}

function many(body: JsonObject, format: FormatName): void {
  for (let time = 0; time < manyTimes; time++) recognise(body, format);
}

/** Nanoseconds. */
function timed(work: () => void): number {
  const from = performance.now();
  work();
  return (performance.now() - from) * 1e6;
}

function quantile(all: readonly number[], share: number): number {
  return Math.round(all.toSorted((a, b) => a - b)[Math.floor(all.length * share)]!);
}

function inputOf(bytes: Uint8Array): LogInput {
  return {
    name: "bench",
    async *open() {
      yield bytes;
    },
  };
}
