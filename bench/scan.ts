/**
 * What `meridian scan` takes on a large log: MB and events a second with one and with two workers, their ratio, and the
 * most memory that its processes held.
 *
 *   npm run bench scan -- [--size 1G] [--rules DIR]… [--workers 1,2] [--runs 1] [--packed]
 *
 * The log is made here: Sysmon process and file events, raw Windows events and syslog in turn, 128 MB of them repeated to
 * the size asked for, in a temporary folder that goes afterwards. Rules come from `--rules`, or from `sigmahq` in
 * MERIDIAN_CORPUS. Each run is a process of its own, as somebody at a terminal starts it, its findings written to
 * /dev/null; "start" is the same on a log of one event and is taken off before rates are computed. Workers take turns, so
 * that a busy machine is unfair to none; where the system has `taskset`, N workers get N cores and no more. Figures, medians
 * of the runs, go to bench/out/scan.json.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createGzip } from "node:zlib";
import { lanes } from "./sigma/lanes.ts";
import { Random } from "./sigma/random.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values: options } = parseArgs({
  options: {
    size: { type: "string", default: "1G" },
    rules: { type: "string", multiple: true },
    workers: { type: "string", default: "1,2" },
    runs: { type: "string", default: "1" },
    packed: { type: "boolean", default: false },
  },
});
/** Of /proc; Linux has said 100 to programs on every machine since 2.6. */
const ticksPerSecond = 100;
const rules = ruleFolders();
const size = bytesOf(options.size);
/** A worker's helpers (the command itself, threads of the garbage collector) spread over idle cores: so many workers get so many. */
const pins = spawnSync("taskset", ["--version"]).status === 0;
const workers = options.workers.split(",").map(Number);
const folder = mkdtempSync(join(tmpdir(), "meridian-bench-scan-"));
try {
  await measure();
} finally {
  rmSync(folder, { recursive: true });
}

async function measure(): Promise<void> {
  const log = join(folder, options.packed ? "log.ndjson.gz" : "log.ndjson");
  console.log(`making ${options.size} of events…`);
  const { bytes, events } = await make(log);
  const one = join(folder, "one.ndjson");
  writeFileSync(one, `${JSON.stringify(lanes[0]!.event(new Random(1), 0))}\n`);
  await scan(one, 0);

  const runs = new Map(
    workers.map((count) => [
      count,
      { start: [] as number[], seconds: [] as number[], processor: [] as number[], peak: 0 },
    ]),
  );
  for (let run = 0; run < Number(options.runs); run++) {
    for (const [count, kept] of runs) {
      kept.start.push((await scan(one, count)).seconds);
      const { seconds, processor, peak, said } = await scan(log, count);
      if (!said.includes(`${events} events, `)) throw new Error(`not all of ${events} events were scanned: ${said}`);
      kept.seconds.push(seconds);
      kept.processor.push(processor);
      kept.peak = Math.max(kept.peak, peak);
      console.log(
        `${count} workers: ${seconds.toFixed(1)} s, ${(bytes / 1e6 / seconds).toFixed(0)} MB/s, ` +
          `${processor.toFixed(1)} s of processor time, ${peak.toFixed(0)} MiB`,
      );
    }
  }

  const figures = [...runs].map(([count, { start, seconds, processor, peak }]) => {
    const net = median(seconds) - median(start);
    return {
      workers: count,
      "seconds to start": round(median(start)),
      "seconds net of the start": round(net),
      "MB a second": Math.round(bytes / 1e6 / net),
      "events a second": Math.round(events / net),
      "seconds of processor time": known(round(median(processor))),
      "peak MiB, all processes": known(Math.round(peak)),
    };
  });
  const alone = figures.find((one) => one.workers === 1)?.["seconds net of the start"];
  const result = {
    processor: cpus()[0]?.model,
    cores: availableParallelism(),
    node: process.version,
    rules: rules.map((path) => path.replace(root, "")),
    bytes,
    events,
    packed: options.packed,
    "a core for each worker": pins,
    figures,
    "times as fast as one worker": Object.fromEntries(
      figures.flatMap((one) =>
        alone === undefined ? [] : [[one.workers, round(alone / one["seconds net of the start"])]],
      ),
    ),
  };
  mkdirSync(join(root, "bench/out"), { recursive: true });
  writeFileSync(join(root, "bench/out/scan.json"), `${JSON.stringify(result, undefined, 2)}\n`);
  console.log(JSON.stringify(result, undefined, 2));
}

/** Writes events until `size` is reached; the same bytes in every run. */
async function make(path: string): Promise<{ bytes: number; events: number }> {
  const random = new Random(20_251);
  const blocks: { text: Buffer; events: number }[] = [];
  let number = 0;
  for (let made = 0; made < Math.min(size, 128e6); made += blocks.at(-1)!.text.length) {
    const records: string[] = [];
    for (let i = 0; i < 4000; i++, number++) {
      records.push(`${JSON.stringify(lanes[number % lanes.length]!.event(random, number))}\n`);
    }
    blocks.push({ text: Buffer.from(records.join("")), events: records.length });
  }
  const file = createWriteStream(path);
  const into = options.packed ? createGzip({ level: 1 }) : file;
  if (into !== file) into.pipe(file);
  let bytes = 0;
  let events = 0;
  for (let at = 0; bytes < size; at++) {
    const block = blocks[at % blocks.length]!;
    bytes += block.text.length;
    events += block.events;
    if (!into.write(block.text)) await once(into, "drain");
  }
  into.end();
  await once(file, "close");
  return { bytes, events };
}

interface Ran {
  readonly seconds: number;
  /** Of processor time, and MiB; all processes together, 0 where it is not known. */
  readonly processor: number;
  readonly peak: number;
  readonly said: string;
}

async function scan(log: string, count: number): Promise<Ran> {
  const args = rules.flatMap((path) => ["--rules", path]);
  const began = performance.now();
  const child = spawn(
    pins ? "taskset" : process.execPath,
    [
      ...(pins ? ["-c", `0-${Math.max(count, 1) - 1}`, process.execPath] : []),
      "--disable-warning=ExperimentalWarning",
      join(root, "src/cli/main.ts"),
      "scan",
      ...args,
      "--format=ndjson",
      "--output=/dev/null",
      `--workers=${count}`,
      log,
    ],
    { stdio: ["ignore", "inherit", "pipe"], env: { ...process.env, MERIDIAN_CACHE: join(folder, "cache") } },
  );
  const used = new Map<number, Used>();
  const watching = setInterval(() => note(child.pid!, used), 100);
  let said = "";
  child.stderr!.setEncoding("utf8").on("data", (text: string) => (said += text));
  const [code] = (await once(child, "close")) as [number | null];
  clearInterval(watching);
  if (code !== 0) throw new Error(`the scan ended with ${code}: ${said}`);
  const sum = (what: keyof Used) => [...used.values()].reduce((sum, one) => sum + one[what], 0);
  const seconds = (performance.now() - began) / 1000;
  return { seconds, processor: sum("ticks") / ticksPerSecond, peak: sum("kib") / 1024, said };
}

interface Used {
  /** The most memory that the process held so far. */
  readonly kib: number;
  /** Processor time, in the unit of /proc. */
  readonly ticks: number;
}

/** Notes of a process and its children what each has used so far; the last tenth of a second of each goes unseen. */
function note(parent: number, used: Map<number, Used>): void {
  try {
    const children = readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8").split(" ").filter(Boolean);
    for (const pid of [parent, ...children.map(Number)]) {
      const held = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
      // After the program's name in brackets: state is field 3, utime 14, stime 15.
      const times = readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ");
      if (held !== undefined) used.set(pid, { kib: Number(held), ticks: Number(times[11]) + Number(times[12]) });
    }
  } catch {
    // Not Linux, or one of them has just ended.
  }
}

function ruleFolders(): readonly string[] {
  const corpus = process.env["MERIDIAN_CORPUS"];
  if (options.rules) return options.rules;
  if (corpus === undefined)
    throw new Error("No rules: give --rules DIR, or set MERIDIAN_CORPUS to the folder that holds sigmahq/.");
  const sigmahq = join(corpus, "sigmahq");
  return readdirSync(sigmahq)
    .filter((name) => name.startsWith("rules"))
    .map((name) => join(sigmahq, name));
}

function bytesOf(text: string): number {
  const found = /^(\d+)([MG])$/.exec(text);
  if (!found) throw new Error(`--size takes 500M or 10G; not ${text}`);
  return Number(found[1]) * (found[2] === "G" ? 1e9 : 1e6);
}

function known(figure: number): number | "not known" {
  return figure === 0 ? "not known" : figure;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
