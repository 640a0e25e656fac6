/**
 * How long one rule takes over a lake of this many events.
 *
 *   npm run bench replay -- [--events 2000000] [--days 30] [--runs 3] [--keep FOLDER] [--exact] [--rules FOLDER]
 *
 * The lake is that of `npm run bench search` (bench/search/fill-lake.ts says what is in it); with --keep it stays in that
 * folder, and one that is there already is used. Rules go through `runReplay`, as `POST /api/replay` runs them: counting by
 * the index, reading candidates, the matcher in a thread of its own. "first" is the first run, "median" that of all, in
 * milliseconds of wall clock with the thread's start; "processor" is the process's time of the last run. The engine
 * remembers which blocks a condition has nothing in, so that runs after the first may be faster. Figures go to
 * bench/out/replay.json. With --rules, the canary asks the rules of that folder of their examples as well.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { loadRules } from "../src/detect/index.ts";
import { createEventsReading, createLakeStore } from "../src/lake/index.ts";
import { createPool, openChdbEvents, systemClock } from "../src/platform/index.ts";
import type { CanaryResult, CanarySetup, CanaryTask } from "../src/watch/canary/canary-protocol.ts";
import { runReplay } from "../src/watch/replay/run-replay.ts";
import { fillLake } from "./search/fill-lake.ts";

const { values: options } = parseArgs({
  options: {
    events: { type: "string", default: "2000000" },
    days: { type: "string", default: "30" },
    runs: { type: "string", default: "3" },
    keep: { type: "string" },
    exact: { type: "boolean", default: false },
    rules: { type: "string" },
  },
});
const [total, days, runs] = [Number(options.events), Number(options.days), Number(options.runs)];
const end = Date.UTC(2026, 0, 31);
const folder = options.keep ?? mkdtempSync(join(tmpdir(), "meridian-bench-replay-"));
const events = await openChdbEvents({ folder });
await createLakeStore({ events, clock: systemClock }).open();
await fillLake(events, { events: total, days, end }, (text) => console.error(text));
const lake = createEventsReading(events);

/** The filling names kinds for people who search; these are the kinds that its records are of. */
const renamed = {
  "windows/process_creation": "windows/sysmon/1 (flat)",
  "windows/network_connection": "windows/sysmon/3 (flat)",
  "windows/logon": "windows/security (flat)",
  "cloudflare/http": "unknown",
};

const process1 = (selection: object): string =>
  JSON.stringify({
    title: "Bench",
    logsource: { product: "windows", category: "process_creation" },
    detection: { selection, condition: "selection" },
  });
const rules: Readonly<Record<string, string>> = {
  "whole words: one program of 300, two words": process1({
    "Image|endswith": "\\app123.exe",
    "CommandLine|contains": " sekurlsa ",
  }),
  "selective: one program of 300, a part of a word": process1({
    "Image|endswith": "\\app123.exe",
    "CommandLine|contains": "sekurlsa",
  }),
  "keyword: one event in 50,000,000": JSON.stringify({
    title: "Bench",
    logsource: { product: "windows" },
    detection: { keywords: ["zebrafinch"], condition: "keywords" },
  }),
  "unselective: one event in 8": process1({ "CommandLine|contains": "-nop -w" }),
  "every event of its kind": process1({ "Image|contains": "\\" }),
};

const figures: Record<string, object> = {};
for (const [name, text] of Object.entries(rules)) {
  const times: number[] = [];
  let last: object = {};
  for (let run = 0; run < runs; run += 1) {
    const spent = process.cpuUsage();
    const result = await replay(text);
    const { user, system } = process.cpuUsage(spent);
    times.push(result.cost.milliseconds);
    const { count, low, high, exact, candidates, looked, share, cost } = result;
    last = {
      count,
      low,
      high,
      exact,
      candidates,
      looked,
      share,
      blocks: cost.blocks,
      processor: Math.round((user + system) / 1_000),
    };
  }
  figures[name] = { first: times[0], median: times.toSorted((a, b) => a - b)[runs >> 1], ...last };
  console.error(name, JSON.stringify(figures[name]));
}
const out = {
  processor: cpus()[0]?.model,
  cores: cpus().length,
  node: process.version,
  engine: (await events.query<{ version: string }>("select version() as version"))[0]?.version,
  events: total,
  days,
  rules: figures,
  ...(options.rules !== undefined && { canary: await canary(options.rules) }),
};
writeFileSync(fileURLToPath(new URL("out/replay.json", import.meta.url)), `${JSON.stringify(out, undefined, 2)}\n`);
console.log(JSON.stringify(out, undefined, 2));
await events[Symbol.asyncDispose]();
if (options.keep === undefined) rmSync(folder, { recursive: true });

/** In a thread of its own, with its start and the compiling of the rules. */
async function canary(path: string): Promise<object> {
  const { ruleSet } = await loadRules([path]);
  const bytes = Buffer.from(JSON.stringify(ruleSet));
  const shared = new SharedArrayBuffer(bytes.length);
  bytes.copy(new Uint8Array(shared));
  const [began, spent] = [performance.now(), process.cpuUsage()];
  const module = new URL("../src/watch/canary/canary-worker.ts", import.meta.url);
  const workerData: CanarySetup = { ruleSet: shared, limits: {} };
  await using pool = createPool<CanaryTask, CanaryResult[]>({ module, size: 1, workerData });
  const results = await pool.run({ exceptions: undefined });
  const { user, system } = process.cpuUsage(spent);
  const count = (state: CanaryResult["state"]) => results.filter((one) => one.state === state).length;
  return {
    rules: results.length,
    alive: count("alive"),
    dead: count("dead"),
    none: count("none"),
    milliseconds: Math.round(performance.now() - began),
    processor: Math.round((user + system) / 1_000),
  };
}

async function replay(text: string) {
  const steps = runReplay(
    { lake, exceptions: () => undefined, monotonic: () => performance.now() },
    {
      setup: { rules: { from: "text", files: [{ file: "bench.yml", text }] }, renamed },
      span: { from: end - days * 86_400_000, to: end },
      exact: options.exact,
      samples: 20,
      signal: new AbortController().signal,
    },
  );
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
  }
}
