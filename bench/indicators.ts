/**
 * What it costs an event to be looked through for indicators: lists of half a million, events whose columns all hold
 * something and never the same twice. Also how long the lists take to lay out, and how much memory all lanes share.
 *
 *   npm run bench indicators -- [--indicators 500000] [--events 100000] [--rounds 5]
 *
 * Processor time of the median round; it goes to bench/out/indicators.json.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import type { Indicator } from "../src/watch/indicators/indicator.ts";
import { IndexBuilder } from "../src/watch/indicators/index-builder.ts";
import { openIndex, type Sought } from "../src/watch/indicators/indicator-index.ts";

const { values: options } = parseArgs({
  options: {
    indicators: { type: "string", default: "500000" },
    events: { type: "string", default: "100000" },
    rounds: { type: "string", default: "5" },
  },
});
const count = Number(options.indicators);

let seed = 1;
const dice = (sides: number): number => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((seed / 2 ** 32) * sides);
};
const address = () => `${1 + dice(222)}.${dice(256)}.${dice(256)}.${dice(256)}`;
const domain = () => `${dice(2 ** 31).toString(36)}.${dice(1_000_000).toString(36)}.com`;
const hex = (length: number) => Array.from({ length }, () => dice(16).toString(16)).join("");

/** Of ten: four addresses, a network, three domains, a URL and a hash. */
function indicator(number: number): Indicator {
  const said = { labels: ["c2"], reference: "a report", reach: "below" } as const;
  const kind = number % 10;
  if (kind < 4) return { ...said, type: "ip", value: address() };
  if (kind < 5) return { ...said, type: "cidr", value: `${address().split(".").slice(0, 3).join(".")}.0/24` };
  if (kind < 8) return { ...said, type: "domain", value: domain() };
  if (kind < 9) return { ...said, type: "url", value: `http://${domain()}/${hex(8)}` };
  return { ...said, type: "hash", value: hex(64) };
}

function event(number: number): Sought {
  return {
    src_ip: address(),
    dst_ip: address(),
    domain: number % 2 ? `www.${domain()}` : "",
    url: number % 4 === 1 ? `https://www.${domain()}/a/b?c=${number}` : "",
    hash: number % 4 === 0 ? [hex(64), hex(32)] : [],
    user: number % 3 ? "" : "corp\\eve",
  };
}

const used = (since?: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(since);
  return user + system;
};

const builder = new IndexBuilder();
builder.addList({
  id: "meridian.indicator/bench",
  title: "",
  type: "detection",
  level: "high",
  tags: [],
  silent: false,
  window: 1,
  file: "",
  set: "",
});
for (let number = 0; number < count; number++) builder.add(0, indicator(number));
const begun = process.cpuUsage();
const shared = builder.finish(1, 12_345);
const layOutMs = used(begun) / 1_000;
const buffers = Object.values({ ...shared, ...shared.four, six: undefined });
const bytes = buffers.reduce<number>((sum, one) => sum + (one instanceof SharedArrayBuffer ? one.byteLength : 0), 0);

const index = openIndex(shared);
const events = Array.from({ length: Number(options.events) }, (_, number) => event(number));
const now = Date.now();
const rounds = Array.from({ length: Number(options.rounds) }, () => {
  const start = process.cpuUsage();
  let hits = 0;
  for (const one of events) hits += index.match(one, now).length;
  return { microsecondsPerEvent: used(start) / events.length, hits };
});
rounds.sort((a, b) => a.microsecondsPerEvent - b.microsecondsPerEvent);
const median = rounds[Math.floor(rounds.length / 2)]!;
const result = {
  machine: { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version },
  indicators: count,
  events: events.length,
  layOutMs: Math.round(layOutMs),
  sharedMegabytes: Math.round(bytes / 1e5) / 10,
  microsecondsPerEvent: Math.round(median.microsecondsPerEvent * 100) / 100,
  hits: median.hits,
};
await mkdir(new URL("out/", import.meta.url), { recursive: true });
await writeFile(new URL("out/indicators.json", import.meta.url), `${JSON.stringify(result, undefined, 2)}\n`);
console.log(JSON.stringify(result, undefined, 2));
