import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import {
  calm,
  lines,
  netId,
  netRule,
  processEvent,
  temporaryFolder,
  whoami,
  whoamiId,
  whoamiRule,
} from "../testing/fixtures.ts";
import { runMeridian } from "../testing/run-meridian.ts";

const folder = temporaryFolder();
folder.write("rules/whoami.yml", whoamiRule);
folder.write("more-rules/net.yml", netRule);
const rules = join(folder.path, "rules");
const moreRules = join(folder.path, "more-rules");
const log = folder.write("logs/a.ndjson", lines(calm(0), whoami(1), "not json", whoami(3)));
const otherLog = folder.write(
  "logs/b.ndjson",
  lines(processEvent("net.exe", 2, { CommandLine: "net user /domain", Computer: "ws-2" })),
);
const logs = join(folder.path, "logs");
const scan = (...args: string[]) => runMeridian(["scan", "--rules", rules, ...args]);

test("--format ndjson prints one object per finding with the rule, its level, the event's place and what matched", async () => {
  const run = await scan("--rules", moreRules, "--format", "ndjson", logs);
  assert.equal(run.code, 0);
  assert.deepEqual(
    run.findings.map(({ rule, level, event }) => [rule.id, rule.title, level, event.file, event.index, event.time]),
    [
      [whoamiId, "Whoami Asked", "high", log, 1, "2025-03-03T00:00:01.000Z"],
      [whoamiId, "Whoami Asked", "high", log, 3, "2025-03-03T00:00:03.000Z"],
      [netId, "Accounts Listed", "low", otherLog, 0, "2025-03-03T00:00:02.000Z"],
    ],
  );
  assert.deepEqual(run.findings[0]!.matched, [
    {
      selection: "selection",
      key: "Image|endswith",
      field: "Image",
      value: "C:\\Windows\\System32\\whoami.exe",
      pattern: "\\whoami.exe",
    },
  ]);
});

test("a finding's offset and length lead to the very bytes of its event", async () => {
  const { findings } = await scan("--format", "ndjson", logs);
  const bytes = readFileSync(log);
  for (const { event } of findings) {
    const text = bytes.subarray(event.offset, event.offset + event.length).toString();
    assert.match(JSON.parse(text).Image, /whoami/);
  }
});

test("the last line on standard error counts events, findings, rules and unreadable records", async () => {
  const run = await scan("--rules", moreRules, "--format", "ndjson", logs);
  assert.equal(run.lastLine, "4 events, 3 findings, 2 rules, 1 unreadable");
});

test("what could not be read is told with file, record and byte, on standard error and in --problems", async () => {
  const problems = join(folder.path, "problems.ndjson");
  const run = await scan("--problems", problems, logs);
  assert.match(run.err, new RegExp(`meridian: ${log}, record 2, byte \\d+: `));
  const [problem, ...rest] = readFileSync(problems, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(rest, []);
  assert.equal(problem.file, log);
  assert.equal(problem.index, 2);
  assert.equal(problem.code, "bad-json");
  assert.equal(problem.offset, Buffer.byteLength(lines(calm(0), whoami(1))));
});

const codes: readonly [string, number, readonly string[]][] = [
  ["all is well", 0, ["--format", "ndjson", logs]],
  ["something was found and nobody asked to fail on it", 0, [log]],
  ["a finding reaches --fail-on", 1, ["--fail-on", "high", log]],
  ["a finding is above --fail-on", 1, ["--fail-on", "low", log]],
  ["no finding reaches --fail-on", 0, ["--fail-on", "critical", log]],
  ["no log is named", 2, []],
  ["an option is unknown", 2, ["--bogus", log]],
  ["a format is unknown", 2, ["--format", "xml", log]],
  ["a level is unknown", 2, ["--level", "grave", log]],
  ["a time is malformed", 2, ["--suppress", "soon", log]],
  ["a number of workers is malformed", 2, ["--workers", "two", log]],
  ["a size is malformed", 2, ["--max-record", "huge", log]],
  ["the report's folder is not there", 2, ["--output", join(folder.path, "no", "where"), log]],
  ["the disk is full under the report", 2, ["--format", "ndjson", "--output", "/dev/full", log]],
  ["the disk is full under --problems", 2, ["--problems", "/dev/full", log]],
  ["placeholders can't be read", 2, ["--placeholders", join(folder.path, "nowhere.yml"), log]],
  ["a log is not there", 3, [log, join(folder.path, "nowhere")]],
  ["a rule path is not there", 3, ["--rules", join(folder.path, "nowhere"), log]],
  ["a finding reaches --fail-on and a log is not there", 1, ["--fail-on", "high", log, join(folder.path, "nowhere")]],
  ["a record is unreadable", 0, [log]],
  ["a record is unreadable and --strict is given", 4, ["--strict", log]],
  ["everything was readable and --strict is given", 0, ["--strict", otherLog]],
];
for (const [when, code, args] of codes)
  test(`exits with ${code} when ${when}`, async () => {
    const run = await scan(...args);
    assert.equal(run.code, code, run.err);
    assert.doesNotMatch(run.err, /^\s+at /m);
    if (code === 2) assert.match(run.err, /^meridian: /);
    else assert.match(run.lastLine, /^\d+ events, \d+ findings, \d+ rules, \d+ unreadable$/);
  });

test("refuses to scan with no usable rule, and says where to look", async () => {
  folder.write("no-rules/broken.yml", "title: [\n");
  const run = await runMeridian(["scan", "--rules", join(folder.path, "no-rules"), log]);
  assert.equal(run.code, 2);
  assert.match(run.err, /not one usable rule under .*no-rules; meridian rules check/);
});

test("a broken rule is set aside and told of; the others are asked", async () => {
  folder.write("mixed/good.yml", whoamiRule);
  folder.write(
    "mixed/bad.yml",
    whoamiRule
      .replace("condition: selection", "condition: selectoin")
      .replace(/^id: .*$/m, "id: 33333333-3333-4333-8333-333333333333"),
  );
  const run = await runMeridian(["scan", "--rules", join(folder.path, "mixed"), "--format", "ndjson", log]);
  assert.equal(run.code, 0);
  assert.match(run.err, /1 rules? set aside/);
  assert.equal(run.lastLine, "3 events, 2 findings, 1 rules, 1 unreadable");
});

test("--level asks only rules of that level and above", async () => {
  const run = await scan("--rules", moreRules, "--level", "medium", "--format", "ndjson", logs);
  assert.deepEqual([...new Set(run.findings.map(({ level }) => level))], ["high"]);
  assert.equal(run.lastLine, "4 events, 2 findings, 1 rules, 1 unreadable");
});

test("--suppress tells of a rule and host once in that time of the events, and counts the rest", async () => {
  const file = folder.write(
    "often.ndjson",
    lines(whoami(0), whoami(50), whoami(61), whoami(10, { Computer: "other" })),
  );
  const run = await scan("--suppress", "1m", "--format", "ndjson", file);
  assert.deepEqual(
    run.findings.map(({ event }) => event.index),
    [0, 2, 3],
  );
  assert.match(run.err, /1 findings? held back by --suppress/);
});

test("--max-record passes over a longer record, names it, and reads on", async () => {
  const file = folder.write("long.ndjson", lines(whoami(0, { x: "y".repeat(5000) }), whoami(1)));
  const run = await scan("--max-record", "2K", "--format", "ndjson", file);
  assert.deepEqual(
    run.findings.map(({ event }) => event.index),
    [1],
  );
  assert.match(run.err, /long\.ndjson, record 0, byte 0: /);
  assert.equal(run.lastLine, "1 events, 1 findings, 1 rules, 1 unreadable");
});

test("placeholders get their values from --placeholders; without them the rule is set aside", async () => {
  folder.write(
    "placeholder/admin.yml",
    whoamiRule.replace("Image|endswith: '\\whoami.exe'", "User|expand: '%Administrators%'"),
  );
  const values = folder.write("placeholders.yml", "Administrators: [CORP\\root, CORP\\admin]\n");
  const file = folder.write("users.ndjson", lines(calm(0, { User: "CORP\\admin" }), calm(1, { User: "CORP\\guest" })));
  const ruleFolder = join(folder.path, "placeholder");
  const run = await runMeridian(["scan", "--rules", ruleFolder, "--placeholders", values, "--format", "ndjson", file]);
  assert.deepEqual(
    run.findings.map(({ event }) => event.index),
    [0],
  );
  const without = await runMeridian(["scan", "--rules", ruleFolder, "--format", "ndjson", file]);
  assert.equal(without.code, 2);
});

test("standard input is a log called stdin: plain, packed, or one JSON array", async () => {
  const records = [calm(0), whoami(1), calm(2), whoami(3)];
  const inputs = [lines(...records), gzipSync(lines(...records)), `[\n${records.join(",\n")}\n]`];
  for (const stdin of inputs) {
    const run = await runMeridian(["scan", "--rules", rules, "--format", "ndjson", "-"], { stdin });
    assert.equal(run.code, 0, run.err);
    assert.deepEqual(
      run.findings.map(({ event }) => [event.file, event.index]),
      [
        ["stdin", 1],
        ["stdin", 3],
      ],
    );
    assert.equal(run.lastLine, "4 events, 2 findings, 1 rules, 0 unreadable");
  }
});

test("--help tells the options and exit codes, and does nothing else", async () => {
  const run = await runMeridian(["scan", "--help"]);
  assert.equal(run.code, 0);
  assert.equal(run.err, "");
  for (const word of ["--rules", "--format", "--fail-on", "exit codes"]) assert.ok(run.out.includes(word), word);
});

test("a second start takes the rules from the cache and finds the same", async () => {
  const env = { MERIDIAN_CACHE: join(folder.path, "cache") };
  const args = ["scan", "--rules", rules, "--format", "ndjson", logs];
  const [first, second, without] = [
    await runMeridian(args, { env }),
    await runMeridian(args, { env }),
    await runMeridian([...args, "--no-cache"], { env }),
  ];
  assert.equal(second.out, first.out);
  assert.equal(without.out, first.out);
});
