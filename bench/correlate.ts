/**
 * Correlation alone: observations per second for each type, with few groups and with many. `npm run bench correlate [ROUNDS]`
 * prints a table and writes bench/out/correlate.json; each figure is the median of its rounds. Seconds are this thread's
 * processor time, as neighbours on the machine make the clock's mean little; the clock's are in the file too.
 */
import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { createCorrelator, type Observation, readRules } from "#sigma";

interface Lane {
  readonly name: string;
  /** The body of the correlation; its timespan is ten seconds. */
  readonly correlation: string;
  /** How many of the base rules the observations are of. */
  readonly rules: number;
  readonly groups: number;
  /** Observations per second of event time. */
  readonly density: number;
  readonly values?: number;
}

const observations = 300_000;
const rounds = Number(process.argv[2] ?? 5);

/** Measured elsewhere, by rsigma's authors, on an Apple M4 Pro: never side by side with ours. */
const published: Readonly<Record<string, number>> = {
  "event_count, few groups": 907_000,
  "event_count, 50,000 groups": 1_200_000,
  "value_count, 1,800 values a window": 57_000,
  "temporal, few groups": 1_760_000,
};

const count = "type: event_count, rules: [a], condition: { gte: 1000000 }";
const values = "type: value_count, rules: [a], condition: { field: value, gte: 1000000 }";
const temporal = "type: temporal, rules: [a, b, c, d]";
const ordered = "type: temporal_ordered, rules: [a, b, c, d]";
const lanes: readonly Lane[] = [
  { name: "event_count, few groups", correlation: count, rules: 1, groups: 10, density: 1_000 },
  { name: "event_count, 50,000 groups", correlation: count, rules: 1, groups: 50_000, density: 20_000 },
  { name: "value_count, few groups", correlation: values, rules: 1, groups: 10, density: 1_000, values: 50 },
  { name: "value_count, 50,000 groups", correlation: values, rules: 1, groups: 50_000, density: 20_000, values: 50 },
  { name: "value_count, 1,800 values a window", correlation: values, rules: 1, groups: 1, density: 360, values: 1_800 },
  {
    name: "value_sum, few groups",
    correlation: values.replace("count", "sum"),
    rules: 1,
    groups: 10,
    density: 1_000,
    values: 50,
  },
  { name: "temporal, few groups", correlation: temporal, rules: 4, groups: 10, density: 1_000 },
  { name: "temporal, 50,000 groups", correlation: temporal, rules: 4, groups: 50_000, density: 20_000 },
  { name: "temporal_ordered, few groups", correlation: ordered, rules: 4, groups: 10, density: 1_000 },
  { name: "temporal_ordered, 50,000 groups", correlation: ordered, rules: 4, groups: 50_000, density: 20_000 },
];

const figures = lanes.map((lane) => {
  const made = observationsOf(lane);
  const runs = Array.from({ length: rounds }, () => run(lane, made));
  const perSecond = median(runs.map((one) => observations / one.seconds));
  const perClockSecond = median(runs.map((one) => observations / one.clockSeconds));
  const figure = {
    lane: lane.name,
    perSecond,
    perClockSecond,
    found: runs[0]!.found,
    megabytes: median(runs.map((one) => one.megabytes)),
  };
  const theirs = published[lane.name];
  const compared = theirs === undefined ? "" : `  (rsigma, published, another machine: ${theirs.toLocaleString("en")})`;
  console.log(
    `${lane.name.padEnd(36)} ${Math.round(perSecond).toLocaleString("en").padStart(10)}/s  ${String(Math.round(figure.megabytes)).padStart(4)} MB${compared}`,
  );
  return { ...figure, ...(theirs === undefined ? {} : { rsigmaPublishedOnAnotherMachine: theirs }) };
});
const machine = { cpu: cpus()[0]?.model, node: process.version, observations, rounds };
await writeFile(new URL("out/correlate.json", import.meta.url), `${JSON.stringify({ machine, figures }, null, 2)}\n`);

function run({ correlation }: Lane, made: readonly Observation<number>[]) {
  const rules = ["a", "b", "c", "d"].map(
    (name) =>
      `title: ${name}\nname: ${name}\nlogsource: { product: test }\ndetection: { selection: { f: ${name} }, condition: selection }\n`,
  );
  const text = [...rules, `title: Bench\ncorrelation: { ${correlation}, group-by: [user], timespan: 10s }\n`].join(
    "---\n",
  );
  const set = readRules([{ file: "bench.yml", text }]);
  if (set.setAside.length > 0) throw new Error(JSON.stringify(set.setAside));
  const idOf = new Map(set.detections.map(({ name, id }) => [name, id]));
  const ready = made.map((one) => ({ ...one, rule: idOf.get(one.rule)! }));
  const correlator = createCorrelator<number>(set);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const started = performance.now();
  const used = process.threadCpuUsage();
  let found = 0;
  for (const one of ready) found += correlator.observe(one).length;
  const { user, system } = process.threadCpuUsage(used);
  const seconds = (user + system) / 1e6;
  const clockSeconds = (performance.now() - started) / 1000;
  globalThis.gc?.();
  return {
    seconds,
    clockSeconds,
    found,
    megabytes: (process.memoryUsage().heapUsed - before) / 2 ** 20,
    ready: ready.length,
  };
}

/** Repeatable: a linear congruential generator chooses rule, group and value. */
function observationsOf({ rules, groups, density, values = 1 }: Lane): Observation<number>[] {
  let state = 1;
  const below = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  return Array.from({ length: observations }, (_, ref) => {
    const fields: Record<string, readonly string[]> = {
      user: [`user-${below(groups)}`],
      value: [String(below(values))],
    };
    const time = 1_700_000_000_000 + Math.floor((ref * 1000) / density);
    return { rule: "abcd"[below(rules)]!, time, ref, field: (name) => fields[name] ?? [] };
  });
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((x, y) => x - y)[numbers.length >> 1]!;
}
