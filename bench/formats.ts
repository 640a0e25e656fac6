/**
 * What reading costs beside bare JSON.parse of the same bytes.
 *
 *   npm run bench formats -- [FILE.ndjson] [--events 60000] [--runs 9]
 *
 * Without a file it makes Sysmon-like events. Rates are of the clock; `timesBareParse` compares processor time (all threads)
 * with JSON.parse of each line's bytes right before and after, so that a busy machine disturbs it little. Medians. Figures
 * go to bench/out/formats.json.
 */
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { findDuplicateKey, openPath, readLog } from "#ingest";

const { values: options, positionals } = parseArgs({
  options: { events: { type: "string", default: "60000" }, runs: { type: "string", default: "9" } },
  allowPositionals: true,
});
const rounds = Number(options.runs);

const folder = mkdtempSync(join(tmpdir(), "meridian-formats-"));
try {
  const path = positionals[0] ?? makeEvents(join(folder, "events.ndjson"), Number(options.events));
  const bytes = readFileSync(path);
  const lines = cutLines(bytes);
  const packed = {
    gzip: join(folder, "events.gz"),
    zstd: join(folder, "events.zst"),
    array: join(folder, "events.json"),
  };
  writeFileSync(packed.gzip, gzipSync(bytes));
  writeFileSync(packed.zstd, zstdCompressSync(bytes));
  writeFileSync(packed.array, `[${lines.map((line) => line.toString()).join(",\n")}]`);

  const lanes: Record<string, () => Promise<number> | number> = {
    "JSON.parse of strings made before": parseOf(lines.map((line) => line.toString())),
    "JSON.parse of each line's bytes": () => parseBytes(bytes),
    "readLog, NDJSON": () => count(path),
    "readLog, NDJSON, exact keys": () => count(path, true),
    "readLog, JSON array, exact keys": () => count(packed.array),
    "readLog, JSON array": () => count(packed.array, false),
    "readLog, NDJSON in gzip": () => count(packed.gzip),
    "readLog, NDJSON in zstd": () => count(packed.zstd),
    "findDuplicateKey alone": () => lines.filter((line) => findDuplicateKey(line) === undefined).length,
  };
  const report = [];
  for (const [name, run] of Object.entries(lanes)) {
    const times: number[] = [];
    const ratios: number[] = [];
    for (let round = -2; round < rounds; round++) {
      const before = await processorTime(() => parseBytes(bytes));
      const from = performance.now();
      const spent = await processorTime(async () => {
        const records = await run();
        if (records !== lines.length) throw new Error(`${name} gave ${records} records of ${lines.length}`);
      });
      const time = performance.now() - from;
      const after = await processorTime(() => parseBytes(bytes));
      if (round < 0) continue;
      times.push(time);
      ratios.push(spent / ((before + after) / 2));
    }
    report.push({
      name,
      recordsPerSecond: Math.round(lines.length / (median(times) / 1000)),
      megabytesPerSecond: Math.round(bytes.length / 1e6 / (median(times) / 1000)),
      timesBareParse: Number(median(ratios).toFixed(3)),
    });
  }
  console.table(report);
  const out = new URL("out/", import.meta.url);
  mkdirSync(out, { recursive: true });
  writeFileSync(
    new URL("formats.json", out),
    `${JSON.stringify({ bench: "formats", records: lines.length, bytes: bytes.length, rounds, lanes: report }, null, 2)}\n`,
  );
} finally {
  rmSync(folder, { recursive: true });
}

async function count(path: string, exactKeys?: boolean): Promise<number> {
  let records = 0;
  const options = exactKeys === undefined ? {} : { exactKeys };
  for await (const batch of readLog(openPath(path), options)) records += batch.records.length;
  return records;
}

/** Milliseconds of processor time, user and system, all threads. */
async function processorTime(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function parseOf(texts: readonly string[]): () => number {
  return () => texts.filter((text) => JSON.parse(text) !== null).length;
}

function parseBytes(bytes: Buffer): number {
  let records = 0;
  for (const line of cutLines(bytes)) if (JSON.parse(line.toString()) !== null) records++;
  return records;
}

function cutLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < bytes.length;) {
    const stop = bytes.indexOf(10, from);
    const to = stop < 0 ? bytes.length : stop;
    if (to > from) lines.push(bytes.subarray(from, to));
    from = to + 1;
  }
  return lines;
}

function median(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[all.length >> 1]!;
}

function makeEvents(path: string, events: number): string {
  const file = openSync(path, "w");
  for (let event = 0; event < events; event++) {
    writeSync(
      file,
      `${JSON.stringify({
        UtcTime: new Date(1.7e12 + event * 1000).toISOString(),
        EventID: 1,
        Channel: "Microsoft-Windows-Sysmon/Operational",
        ProviderName: "Microsoft-Windows-Sysmon",
        Computer: `host-${event % 50}.example.com`,
        ProcessGuid: `{5770385f-c22a-43e0-bf4c-${(event * 7919).toString(16).padStart(12, "0")}}`,
        ProcessId: event % 65_536,
        Image: `C:\\Windows\\System32\\tool-${event % 200}.exe`,
        CommandLine: `tool-${event % 200}.exe /c echo ${event} > C:\\temp\\${event}.txt`,
        CurrentDirectory: "C:\\Windows\\system32\\",
        User: `EXAMPLE\\user-${event % 30}`,
        LogonId: "0x3e7",
        IntegrityLevel: "High",
        Hashes: "SHA256=AABBCCDDEEFF00112233445566778899AABBCCDDEEFF00112233445566778899",
        ParentImage: "C:\\Windows\\explorer.exe",
        ParentCommandLine: "explorer.exe /factory",
        ParentProcessId: (event + 1) % 65_536,
      })}\n`,
    );
  }
  closeSync(file);
  return path;
}
