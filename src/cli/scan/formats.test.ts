import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";
import {
  calm,
  lines,
  netRule,
  processEvent,
  temporaryFolder,
  whoami,
  whoamiId,
  whoamiRule,
} from "../testing/fixtures.ts";
import { runMeridian, type ToldFinding } from "../testing/run-meridian.ts";

/** What an attacker may write into a log: a formula, markup, commands to a terminal (of C0 and C1), reversed text. */
const hostile = '=cmd|" /C calc"!A0,<script>alert(1)</script>&\u001b]0;owned\u0007\u009b31m\u202egpj.exe\r\n"quoted"';
const folder = temporaryFolder();
folder.write("rules/whoami.yml", whoamiRule);
folder.write("rules/net.yml", netRule);
const rules = join(folder.path, "rules");
const log = folder.write(
  "hostile.ndjson",
  lines(
    calm(0),
    whoami(1, { Computer: hostile }),
    processEvent("net.exe", 2, { CommandLine: `net user ${hostile}`, Computer: `+${hostile}` }),
  ),
);
const as = (format: string, ...more: string[]) =>
  runMeridian(["scan", "--rules", rules, "--format", format, ...more, log]);

let told: readonly ToldFinding[] = [];
before(async () => void ({ findings: told } = await as("ndjson")));

/** All but line ends. */
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

for (const format of ["table", "ndjson", "json", "csv", "html", "sarif"])
  test(`${format} holds no character of a log that a terminal would obey`, async () => {
    const { out, err, code } = await as(format);
    assert.equal(code, 0);
    assert.doesNotMatch(format === "csv" ? out.replaceAll("\r\n", "\n") : out, controls);
    assert.doesNotMatch(err, controls);
  });

test("complaints on standard error hold none either, nor does a file's name", async () => {
  const file = folder.write("named \u001b[31m.ndjson", `${lines(whoami(0))}{"a": "\u001b[31m"\n`);
  const run = await runMeridian(["scan", "--rules", rules, file]);
  assert.match(run.err, /record 1/);
  assert.doesNotMatch(run.err + run.out, controls);
});

test("ndjson keeps a log's text as it is, whatever is in it", () => {
  assert.equal(told[0]!.event.host, hostile);
  assert.equal(told[1]!.matched[0]!.value, `net user ${hostile}`);
});

test("json is one document: the findings as ndjson tells them, then a summary", async () => {
  const { out } = await as("json");
  const { findings, summary } = JSON.parse(out);
  assert.deepEqual(findings, told);
  assert.equal(summary.events, 3);
  assert.equal(summary.findings, 2);
  assert.equal(summary.rules, 2);
  assert.equal(summary.unreadable, 0);
  assert.equal(summary.complete, true);
  assert.equal(summary.byLevel.high, 1);
  assert.equal(summary.byRule[0].id, whoamiId);
  assert.equal(summary.first, "2025-03-03T00:00:01.000Z");
});

test("json without a finding is valid, too", async () => {
  const { out } = await runMeridian([
    "scan",
    "--rules",
    rules,
    "--format",
    "json",
    folder.write("calm.ndjson", lines(calm(0))),
  ]);
  assert.deepEqual(JSON.parse(out).findings, []);
});

test("csv is RFC 4180, a row per finding, and no cell of it is a formula", async () => {
  const { out } = await as("csv");
  const rows = parseCsv(out);
  assert.deepEqual(
    rows[0],
    "time,level,rule.id,rule.title,host,event.file,event.index,event.offset,kind,techniques,matched".split(","),
  );
  assert.equal(rows.length, 1 + told.length);
  for (const row of rows) {
    assert.equal(row.length, rows[0]!.length);
    for (const cell of row) assert.doesNotMatch(cell, /^\s*[=+\-@\t\r]/);
  }
  assert.equal(rows[1]![2], whoamiId);
  assert.ok(rows[1]![4]!.startsWith(`'=cmd|" /C calc"!A0,<script>`));
});

test("sarif 2.1.0: one run, a result per finding at its bytes, each result's rule described", async () => {
  const { out } = await as("sarif");
  const sarif = JSON.parse(out);
  assert.equal(sarif.version, "2.1.0");
  assert.equal(sarif.runs.length, 1);
  const [{ results, tool, invocations }] = sarif.runs;
  assert.equal(invocations[0].executionSuccessful, true);
  assert.deepEqual(
    results.map(({ ruleId, level }: { ruleId: string; level: string }) => [ruleId, level]),
    told.map(({ rule, level }) => [rule.id, level === "high" ? "error" : "note"]),
  );
  const described = tool.driver.rules.map(({ id }: { id: string }) => id);
  for (const { ruleId, message, locations } of results) {
    assert.ok(described.includes(ruleId));
    assert.ok(message.text.length > 0);
    const { artifactLocation, region } = locations[0].physicalLocation;
    assert.equal(decodeURIComponent(artifactLocation.uri), log);
    assert.ok(region.byteOffset >= 0 && region.byteLength > 0);
  }
});

test("html is one page that loads nothing, runs nothing, and shows a log's markup as text", async () => {
  const { out } = await as("html");
  assert.ok(out.startsWith("<!doctype html>"));
  assert.match(out, /Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/);
  assert.doesNotMatch(out, /<(?:script|link|img|iframe|object|form|base)\b|\bon\w+=|javascript:|\burl\(|@import/i);
  assert.ok(out.includes("&lt;script&gt;alert(1)&lt;/script&gt;&amp;"));
  for (const { rule } of told) assert.ok(out.includes(rule.title));
});

test("table sums up by severity, rule, host and technique, and tells the findings with their place", async () => {
  const { out } = await as("table");
  for (const part of ["▲ 1 high", "● 1 low", "Whoami Asked", "T1087.001", `${log}:1`, "2025-03-03 00:00:01"]) {
    assert.ok(out.includes(part), part);
  }
});

test("every format of an empty log is whole", async () => {
  const empty = folder.write("empty.log", "");
  for (const format of ["table", "ndjson", "json", "csv", "html", "sarif"]) {
    const run = await runMeridian(["scan", "--rules", rules, "--format", format, empty]);
    assert.equal(run.code, 0);
    assert.equal(run.lastLine, "0 events, 0 findings, 2 rules, 0 unreadable");
    if (format === "json" || format === "sarif") JSON.parse(run.out);
  }
});

/** RFC 4180, strictly: CRLF between records, quotes doubled inside quotes and nowhere else. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const found = field.exec(text);
    assert.ok(found, `not RFC 4180 at ${at}: ${JSON.stringify(text.slice(at, at + 40))}`);
    rows.at(-1)!.push(found[1]?.replaceAll('""', '"') ?? found[2]!);
    if (found[3] === "\r\n") rows.push([]);
  }
  assert.deepEqual(rows.pop(), []);
  return rows;
}
