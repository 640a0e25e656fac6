/**
 * How many events a second the Sigma matcher takes on one core, JSON parsing included, rule load not.
 *
 *   npm run bench sigma -- [--rules DIR]… [--events 100000] [--runs 5] [--lane NAME] [--no-routing] [--sample 300]
 *
 * Rules come from `--rules`, or from `sigmahq` in MERIDIAN_CORPUS. The lanes are made here, the same bytes each time.
 * Each run reads a lane's bytes line by line: decode, JSON.parse, recognise, match. "parse" does the first two only, in
 * turn with the others. Figures go to bench/out/sigma.json. Where the time goes:
 *
 *   node --cpu-prof --cpu-prof-dir=/tmp/prof bench/sigma.ts --lane structured --runs 3
 */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { loadKinds, toEvent } from "#ingest";
import { compileMatcher, type DetectionRule, type JsonObject, type Matcher, readRules } from "#sigma";
import { type Lane, laneBytes, lanes } from "./sigma/lanes.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values: options } = parseArgs({
  options: {
    rules: { type: "string", multiple: true },
    events: { type: "string", default: "100000" },
    runs: { type: "string", default: "5" },
    lane: { type: "string" },
    sample: { type: "string", default: "300" },
    "no-routing": { type: "boolean", default: false },
  },
});
const recognise = loadKinds(join(root, "content/sources"));

const loadStart = performance.now();
const rules = loadRules();
const loadMs = performance.now() - loadStart;
console.log(
  `${rules.length} rules read in ${loadMs.toFixed(0)} ms; ${cpus()[0]?.model ?? "unknown processor"}, Node ${process.version}`,
);

const results = lanes.filter(({ name }) => options.lane === undefined || name === options.lane).map(measure);
mkdirSync(join(root, "bench/out"), { recursive: true });
writeFileSync(
  join(root, "bench/out/sigma.json"),
  JSON.stringify(
    {
      processor: cpus()[0]?.model,
      node: process.version,
      rules: rules.length,
      loadMs,
      routing: !options["no-routing"],
      lanes: results,
    },
    null,
    2,
  ),
);

function loadRules(): readonly DetectionRule[] {
  const corpus = process.env["MERIDIAN_CORPUS"];
  const folders = options.rules ?? (corpus === undefined ? [] : [join(corpus, "sigmahq")]);
  if (folders.length === 0) {
    console.error("No rules: give --rules DIR, or set MERIDIAN_CORPUS to the folder that holds sigmahq/.");
    process.exit(2);
  }
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".yml") && statSync(join(folder, name)).isFile())
      .sort()
      .map((name) => ({ file: name, text: readFileSync(join(folder, name), "utf8") })),
  );
  return readRules(files).detections;
}

interface Figures {
  /** Events a second. */
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

interface LaneResult {
  readonly lane: string;
  readonly events: number;
  readonly bytesPerEvent: number;
  readonly matches: number;
  readonly rate: Figures;
  readonly cpuRate: Figures;
  readonly parse: Figures;
  readonly cpuParse: Figures;
  /** Matching's rate as a share of bare parsing's, both by processor time. */
  readonly ofParse: number;
  readonly toBeat: number;
  readonly withoutIndex: number;
  readonly prepareMs: number;
  readonly heapMB: number;
  readonly matcher: Matcher["stats"];
}

function measure(lane: Lane): LaneResult {
  const events = Number(options.events);
  const bytes = laneBytes(lane, events);
  const matcher = compileMatcher(rules, { routing: !options["no-routing"] });
  const prepareStart = performance.now();
  const warm = Math.min(events, 5_000);
  matchAll(bytes, matcher, 200);
  const prepareMs = performance.now() - prepareStart;
  matchAll(bytes, matcher, warm);
  parseAll(bytes, warm);

  const rates: Rate[] = [];
  const parses: Rate[] = [];
  let matches = 0;
  for (let run = 0; run < Number(options.runs); run++) {
    parses.push(rateOf(events, () => parseAll(bytes, events)));
    rates.push(rateOf(events, () => (matches = matchAll(bytes, matcher, events))));
  }
  const sample = Math.min(events, Number(options.sample));
  const asking = compileMatcher(rules, { routing: !options["no-routing"], index: false });
  matchAll(bytes, asking, Math.ceil(sample / 10));
  const withoutIndex = rateOf(sample, () => matchAll(bytes, asking, sample));

  const result: LaneResult = {
    lane: lane.name,
    events,
    bytesPerEvent: Math.round(bytes.length / events),
    matches,
    rate: figures(rates.map(({ wall }) => wall)),
    cpuRate: figures(rates.map(({ cpu }) => cpu)),
    parse: figures(parses.map(({ wall }) => wall)),
    cpuParse: figures(parses.map(({ cpu }) => cpu)),
    ofParse: figures(rates.map(({ cpu }) => cpu)).median / figures(parses.map(({ cpu }) => cpu)).median,
    toBeat: lane.toBeat,
    withoutIndex: Math.round(withoutIndex.cpu),
    prepareMs: Math.round(prepareMs),
    heapMB: Math.round(process.memoryUsage().heapUsed / 2 ** 20),
    matcher: matcher.stats,
  };
  const { rate, cpuRate, cpuParse, matcher: stats } = result;
  console.log(
    `${lane.name.padEnd(11)}${String(result.bytesPerEvent).padStart(5)} B  ${rate.median} ev/s (${rate.min}–${rate.max}), ${(rate.median / lane.toBeat).toFixed(2)}× of ${lane.toBeat};` +
      ` by cpu ${cpuRate.median} (${cpuRate.min}–${cpuRate.max}), parse ${cpuParse.median}, ${(result.ofParse * 100).toFixed(0)} %;` +
      ` ${matches} matches; no index ${result.withoutIndex}; prepare ${result.prepareMs} ms; ${stats.indexes} indexes, ${(stats.bytes / 1e6).toFixed(1)} MB`,
  );
  return result;
}

function rateOf(events: number, work: () => unknown): Rate {
  globalThis.gc?.();
  const cpu = process.threadCpuUsage();
  const start = performance.now();
  work();
  const wall = performance.now() - start;
  const { user, system } = process.threadCpuUsage(cpu);
  return { wall: (events / wall) * 1_000, cpu: (events / (user + system)) * 1e6 };
}

/** Events per second that passed, and per second in which this thread had the processor: a busy machine slows the first only. */
interface Rate {
  readonly wall: number;
  readonly cpu: number;
}

function figures(rates: readonly number[]): Figures {
  const sorted = rates.map(Math.round).sort((a, b) => a - b);
  return { median: sorted[sorted.length >> 1]!, min: sorted[0]!, max: sorted.at(-1)! };
}

function matchAll(bytes: Uint8Array, matcher: Matcher, events: number): number {
  let matches = 0;
  let index = 0;
  forEachLine(bytes, events, (body, raw, offset) => {
    const record = { index: index++, offset, length: raw.length, format: "ndjson" as const, body, raw };
    matches += matcher.match(toEvent(record, recognise)).length;
  });
  return matches;
}

function parseAll(bytes: Uint8Array, events: number): number {
  let fields = 0;
  forEachLine(bytes, events, (body) => (fields += body === null ? 0 : 1));
  return fields;
}

function forEachLine(
  bytes: Uint8Array,
  events: number,
  visit: (body: JsonObject, raw: Uint8Array, offset: number) => void,
): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let start = 0, count = 0; count < events && start < buffer.length; count++) {
    const end = buffer.indexOf(10, start);
    visit(JSON.parse(buffer.toString("utf8", start, end)) as JsonObject, buffer.subarray(start, end), start);
    start = end + 1;
  }
}
