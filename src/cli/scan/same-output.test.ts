import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { planLog, runScan, type ScannerSettings, type ScanTask } from "#detect";
import { readRules } from "#sigma";
import { calm, lines, netRule, processEvent, temporaryFolder, whoami, whoamiRule } from "../testing/fixtures.ts";
import { runMeridian } from "../testing/run-meridian.ts";

const folder = temporaryFolder();
const ruleSet = readRules([
  { file: "whoami.yml", text: whoamiRule },
  { file: "net.yml", text: netRule },
]);
const settings: ScannerSettings = { index: true, routing: true, limits: { recordBytes: 4096 } };

/** What a scan of these stretches tells: findings (the file's name left out), and what could not be read. */
async function told(tasks: Iterable<ScanTask>, workers: number, how: Partial<ScannerSettings> = {}) {
  const findings: unknown[] = [];
  const problems: unknown[] = [];
  const outcome = await runScan(
    {
      ruleSet,
      tasks: asStream(tasks),
      workers,
      settings: { ...settings, ...how },
      suppressFor: 0,
      signal: new AbortController().signal,
    },
    {
      finding(json) {
        const { event, ...rest } = JSON.parse(json);
        findings.push({ ...rest, event: { ...event, file: "" } });
      },
      problem: (_, problem) => void problems.push(problem),
      progress() {},
    },
  );
  return { findings, problems, events: outcome.events, unreadable: outcome.unreadable };
}

async function* asStream<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values;
}

const record = fc.oneof(
  { weight: 4, arbitrary: fc.nat(10_000).map((second) => whoami(second)) },
  { weight: 4, arbitrary: fc.nat(10_000).map((second) => calm(second)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.nat(10_000), fc.string({ unit: "grapheme" }))
      .map(([second, text]) => processEvent("net.exe", second, { CommandLine: `net user ${text}` })),
  },
  { weight: 1, arbitrary: fc.constantFrom("", "not json", "[1]", '{"a":', "\u0000", `{"long":"${"x".repeat(5000)}"}`) },
);
const log = fc
  .tuple(fc.array(record, { minLength: 1, maxLength: 60 }), fc.constantFrom("\n", "\r\n"), fc.boolean())
  .map(([records, end, last]) => records.join(end) + (last ? end : ""));

/** Several logs at once, as making a scanner takes longer than scanning them. */
const severalLogs = fc.array(log, { minLength: 10, maxLength: 20 });

test("findings, their places and what could not be read are the same however a file is cut into ranges", async () => {
  await fc.assert(
    fc.asyncProperty(severalLogs, fc.integer({ min: 100, max: 3000 }), async (texts, step) => {
      const files = texts.map((text, at) => ({
        path: folder.write(`ranges-${at}.ndjson`, text),
        size: Buffer.byteLength(text),
      }));
      const whole = files.map(({ path }): ScanTask => ({ kind: "file", name: path, path, format: "ndjson" }));
      const ranges = files.flatMap(({ path, size }) =>
        Array.from({ length: Math.ceil(size / step) }, (_, i): ScanTask => ({
          kind: "file",
          name: path,
          path,
          format: "ndjson",
          start: i * step,
          end: Math.min((i + 1) * step, size),
        })),
      );
      assert.deepEqual(await told(ranges, 0), await told(whole, 0));
    }),
    // A line that goes on in later ranges, then one that is passed over and has no end.
    {
      numRuns: 6,
      examples: [
        [
          [
            Array(2)
              .fill(`{"long":"${"x".repeat(5000)}"}`)
              .join("\n"),
          ],
          1000,
        ],
      ],
    },
  );
});

test("asked through the index or each in turn, rules find the same", async () => {
  await fc.assert(
    fc.asyncProperty(severalLogs, async (texts) => {
      const paths = texts.map((text, at) => folder.write(`index-${at}.ndjson`, text));
      const tasks = paths.map((path): ScanTask => ({ kind: "file", name: path, path }));
      assert.deepEqual(await told(tasks, 0, { index: false }), await told(tasks, 0));
    }),
    { numRuns: 3 },
  );
});

test("a large file is scanned the same by no, one and two workers, plain, packed or from standard input", async () => {
  const records = Array.from({ length: 20_000 }, (_, i) =>
    i % 993 === 0 ? "not json" : (i % 100 === 0 ? whoami : calm)(i, { filler: "x".repeat(1000) }),
  );
  const text = lines(...records);
  const rules = folder.write("rules/base.yml", `${whoamiRule}---\n${netRule}`);
  const plain = folder.write("large.ndjson", text);
  const packed = folder.write("large.ndjson.gz", gzipSync(text, { level: 1 }));
  const zstd = folder.write("large.ndjson.zst", zstdCompressSync(text));
  const scan = async (path: string, workers: number) => {
    const problems = join(folder.path, "problems.ndjson");
    const run = await runMeridian(
      ["scan", "--rules", rules, "--format", "ndjson", "--workers", String(workers), "--problems", problems, path],
      path === "-" ? { stdin: text } : {},
    );
    assert.equal(run.code, 0, run.err);
    return {
      lastLine: run.lastLine,
      findings: run.findings.map(({ event, ...rest }) => ({ ...rest, event: { ...event, file: "" } })),
      problems: readFileSync(problems, "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => ({ ...JSON.parse(line), file: "" })),
    };
  };
  const first = await scan(plain, 0);
  assert.equal(first.findings.length, 199);
  assert.equal(first.problems.length, 21);
  for (const path of [plain, packed, zstd, "-"])
    for (const workers of path === plain ? [1, 2] : [0, 2]) {
      assert.deepEqual(await scan(path, workers), first, `${path} with ${workers} workers`);
    }
});

test("planLog cuts large plain and packed files, and leaves small ones and arrays whole", async () => {
  const kinds = async (path: string) => {
    const tasks: string[] = [];
    for await (const task of planLog(path, {}, new AbortController().signal))
      tasks.push(task.kind + ("start" in task ? " range" : ""));
    return tasks;
  };
  const big = lines(...Array.from({ length: 30_000 }, (_, i) => calm(i, { filler: "y".repeat(1000) })));
  assert.deepEqual(new Set(await kinds(folder.write("big.ndjson", big))), new Set(["file range"]));
  assert.deepEqual(await kinds(folder.write("small.ndjson", lines(calm(0)))), ["file"]);
  assert.deepEqual(await kinds(folder.write("array.json", `[${big.trimEnd().split("\n").join(",")}]`)), ["file"]);
});
