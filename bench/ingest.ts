/**
 * What live detection takes: events a second over HTTP, each of them durable and asked by every rule before its sender is
 * answered; what that costs in processor time and memory, and how long an alert takes to be seen.
 *
 *   npm run bench ingest -- [--seconds 300] [--senders 4] [--rate N] [--events 1000] [--lanes N] [--rules DIR]…
 *
 * The server is a process of its own, as an operator starts it, with the rules of `sigmahq` in MERIDIAN_CORPUS beside
 * Meridian's. Senders are this process: bodies of NDJSON made beforehand, whose numbers and times are overwritten in
 * place, so that every event sent is a new one and sending costs little. Of the events that rules hold for, two in a
 * hundred are kept: a fleet's traffic is mostly harmless. Four times a second an event goes in whose alert is looked for
 * in GET /api/alerts. Then the same rows go into the same table of a chDB of its own, with nothing else to do. Figures go to
 * bench/out/ingest.json.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { loadRules } from "../src/detect/index.ts";
import { loadKinds, toEvent } from "../src/ingest/index.ts";
import { compileMatcher, type JsonObject } from "../src/sigma/index.ts";
import { fleetBodies } from "./ingest/fleet-events.ts";
import { watchMarkers } from "./ingest/markers.ts";
import { memory, processorTime } from "./ingest/processor-time.ts";
import { benchRules, makeToken, startServer } from "./ingest/server.ts";
import { sendBodies } from "./ingest/sender.ts";

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "300" },
    senders: { type: "string", default: "4" },
    events: { type: "string", default: "1000" },
    bodies: { type: "string", default: "40" },
    rate: { type: "string" },
    lanes: { type: "string" },
    rules: { type: "string", multiple: true },
    bare: { type: "string", default: "20" },
  },
});
const source = "bench";
const rules = options.rules ?? corpusRules();
const folder = mkdtempSync(join(tmpdir(), "meridian-bench-ingest-"));
try {
  await measure();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  const bodies = await makeBodies();
  const events = bodies.reduce((sum, body) => sum + body.events, 0);
  const bytes = bodies.reduce((sum, body) => sum + body.bytes.length, 0);
  const wishes = {
    data: join(folder, "data"),
    rules: [...rules, benchRules()],
    settings: { ...(options.lanes !== undefined && { MERIDIAN_LANES: options.lanes }) },
  };
  const server = await startServer(wishes);
  const ingest = makeToken(wishes, "--source", source);
  const reader = makeToken(wishes, "--role", "reader");
  const url = `${server.url}/api/ingest/${source}`;
  const senders = Number(options.senders);
  // The first bodies find lanes that have compiled nothing yet.
  await sendBodies({ url, token: ingest, bodies, senders, until: performance.now() + 10_000 });

  const before = processorTime(server.pid);
  const began = performance.now();
  const until = began + Number(options.seconds) * 1_000;
  const perSecond: number[] = [];
  const sampled: { now: number; peak: number }[] = [];
  let sinceSample = 0;
  const sampling = setInterval(() => {
    perSecond.push(sinceSample);
    sinceSample = 0;
    sampled.push(memory(server.pid));
  }, 1_000);
  const [sent, markers] = await Promise.all([
    sendBodies(
      { url, token: ingest, bodies, senders, until, ...(options.rate !== undefined && { rate: Number(options.rate) }) },
      (count) => (sinceSample += count),
    ),
    watchMarkers({ url: server.url, ingest, reader, source, until }),
  ]);
  const seconds = (performance.now() - began) / 1_000;
  clearInterval(sampling);
  const after = processorTime(server.pid);
  const peak = memory(server.pid).peak;
  await server.end("SIGTERM");

  const took = (name: string) => round((((after[name] ?? 0) - (before[name] ?? 0)) / sent.events) * 1e6);
  const result = {
    processor: cpus()[0]?.model,
    cores: availableParallelism(),
    node: process.version,
    rules: rules.map((path) => path.split("/").slice(-2).join("/")),
    "bytes an event": Math.round(bytes / events),
    senders,
    seconds: round(seconds),
    events: sent.events,
    "events a second": Math.round(sent.events / seconds),
    "events a second, slowest tenth of seconds": Math.round(percentile(perSecond.slice(1, -1), 10)),
    "requests refused with 429": sent.refused,
    "milliseconds to the acknowledgement": {
      p50: round(percentile(sent.latencies, 50)),
      p99: round(percentile(sent.latencies, 99)),
    },
    "milliseconds to the alert's being seen": {
      markers: markers.sent,
      seen: markers.seen.length,
      p50: round(percentile(markers.seen, 50)),
      p99: round(percentile(markers.seen, 99)),
    },
    "peak MiB": Math.round(peak),
    "MiB at the end": Math.round(sampled.at(-1)?.now ?? 0),
    "microseconds of processor time an event": {
      server: took("all"),
      ...Object.fromEntries(
        Object.keys(after)
          .filter((name) => name !== "all" && took(name) >= 0.2)
          .map((name) => [name, took(name)]),
      ),
      "senders, in a process of their own": round((sent.cpu / sent.events) * 1e6),
    },
    "log lines of errors": server.errors.slice(0, 5),
    "bare insert": bareInsert(),
  };
  const out = fileURLToPath(new URL("out/ingest.json", import.meta.url));
  writeFileSync(out, `${JSON.stringify(result, undefined, 2)}\n`);
  console.log(JSON.stringify(result, undefined, 2));
}

/** The same rows into the same table, with nothing else to do: what the store of events could take at most. */
function bareInsert(): unknown {
  const script = fileURLToPath(new URL("ingest/bare-insert.ts", import.meta.url));
  const args = ["--disable-warning=ExperimentalWarning", script, join(folder, "bare"), options.bare];
  return JSON.parse(
    execFileSync(process.execPath, args, { encoding: "utf8", env: { ...process.env, UV_THREADPOOL_SIZE: "8" } }),
  ) as unknown;
}

async function makeBodies() {
  const { ruleSet } = await loadRules(rules);
  const matcher = compileMatcher(ruleSet.detections);
  const recognise = loadKinds();
  const suspect = (body: JsonObject) =>
    matcher.match(toEvent({ index: 0, offset: 0, length: 0, format: "ndjson", body }, recognise)).length > 0;
  return fleetBodies({ bodies: Number(options.bodies), events: Number(options.events), share: 0.02 }, suspect);
}

function corpusRules(): string[] {
  const corpus = process.env["MERIDIAN_CORPUS"];
  if (corpus === undefined) throw new Error("give --rules, or MERIDIAN_CORPUS with the folder sigmahq in it");
  const root = join(corpus, "sigmahq");
  return readdirSync(root)
    .filter((name) => name.startsWith("rules"))
    .map((name) => join(root, name));
}

function percentile(values: readonly number[], of: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * of) / 100))] ?? Number.NaN;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
