import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { lines, netRule, processEvent, temporaryFolder, whoami, whoamiRule } from "../testing/fixtures.ts";
import { runMeridian } from "../testing/run-meridian.ts";

const folder = temporaryFolder();
const net = (second: number, more: Record<string, unknown> = {}) =>
  processEvent("net.exe", second, { CommandLine: "net user", ...more });

function correlation(text: string): string {
  return `title: Correlated\nid: 44444444-4444-4444-8444-444444444444\nstatus: test\nlevel: critical\ncorrelation:\n${text.replace(/^/gm, "  ")}\n`;
}

/** Scans with the two base rules and one correlation; logs are files of the given records. */
async function scan(rule: string, logs: Readonly<Record<string, readonly string[]>>, ...args: string[]) {
  const name = crypto.randomUUID();
  folder.write(`${name}/rules/base.yml`, `${whoamiRule}---\n${netRule}`);
  folder.write(`${name}/rules/correlation.yml`, rule);
  for (const [file, records] of Object.entries(logs)) folder.write(`${name}/logs/${file}`, lines(...records));
  const at = join(folder.path, name);
  const run = await runMeridian([
    "scan",
    "--rules",
    join(at, "rules"),
    "--format",
    "ndjson",
    ...args,
    join(at, "logs"),
  ]);
  assert.equal(run.code, 0, run.err);
  return { ...run, findings: run.findings, at };
}

const three = correlation(
  "type: event_count\nrules: [whoami_asked]\ngroup-by: [Computer]\ntimespan: 1m\ncondition: { gte: 3 }",
);

test("a correlation counts events of all files in the order of their time, whatever the order of files", async () => {
  const { findings, at } = await scan(three, {
    "1.ndjson": [whoami(120), whoami(20)],
    "2.ndjson": [whoami(0), whoami(40)],
  });
  assert.deepEqual(
    findings.map(({ rule, level, event, correlation }) => [
      rule.title,
      level,
      event.file,
      event.index,
      correlation!.eventCount,
    ]),
    [["Correlated", "critical", join(at, "logs/2.ndjson"), 1, 3]],
  );
});

test("base rules are silent unless the correlation says generate", async () => {
  const logs = { "a.ndjson": [whoami(0), whoami(1), whoami(2)] };
  const quiet = await scan(three, logs);
  assert.deepEqual(
    quiet.findings.map(({ rule }) => rule.title),
    ["Correlated"],
  );
  const loud = await scan(three.replace("timespan:", "generate: true\n  timespan:"), logs);
  assert.deepEqual(
    loud.findings.map(({ rule }) => rule.title),
    ["Whoami Asked", "Whoami Asked", "Whoami Asked", "Correlated"],
  );
});

test("events of different groups are not counted together, and ones past the timespan not at all", async () => {
  const { findings } = await scan(three, {
    "a.ndjson": [whoami(0), whoami(1, { Computer: "ws-2" }), whoami(2), whoami(63), whoami(64, { Computer: "ws-2" })],
  });
  assert.deepEqual(findings, []);
});

test("temporal_ordered wants its rules in order; temporal in any", async () => {
  const both = "rules: [whoami_asked, accounts_listed]\ngroup-by: [Computer]\ntimespan: 5m";
  const backwards = { "a.ndjson": [net(0), whoami(10)] };
  assert.equal((await scan(correlation(`type: temporal_ordered\n${both}`), backwards)).findings.length, 0);
  assert.equal((await scan(correlation(`type: temporal\n${both}`), backwards)).findings.length, 1);
  assert.equal(
    (await scan(correlation(`type: temporal_ordered\n${both}`), { "a.ndjson": [whoami(0), net(10)] })).findings.length,
    1,
  );
});

test("an absence is found when the window has passed without what should have followed", async () => {
  const absence = correlation(
    "type: temporal\nrules: [whoami_asked, accounts_listed]\ngroup-by: [Computer]\ntimespan: 1m\ncondition: whoami_asked and not accounts_listed",
  );
  const { findings } = await scan(absence, {
    "a.ndjson": [whoami(0), net(30), whoami(600, { Computer: "ws-2" }), whoami(900)],
  });
  assert.deepEqual(
    findings.map(({ event, correlation }) => [event.index, correlation!.group]),
    [
      [2, { Computer: "ws-2" }],
      [3, { Computer: "ws-1.corp.example" }],
    ],
  );
});

test("matches of events that tell no time are counted and said, as they can't be correlated", async () => {
  const undated = JSON.parse(whoami(0));
  delete undated["@timestamp"];
  const run = await scan(three, { "a.ndjson": [whoami(0), whoami(1), JSON.stringify(undated)] });
  assert.deepEqual(run.findings, []);
  assert.match(run.err, /1 match(?:es)? could not be correlated: .* no time/);
});

test("correlations are the same with and without worker threads", async () => {
  const records = Array.from({ length: 400 }, (_, i) =>
    whoami(i * 3, { Computer: `ws-${i % 5}`, filler: "x".repeat(2000) }),
  );
  const logs = { "a.ndjson": records.slice(0, 200), "b.ndjson": records.slice(200) };
  const [none, two] = await Promise.all([scan(three, logs, "--workers", "0"), scan(three, logs, "--workers", "2")]);
  const place = ({ correlation, event }: (typeof none.findings)[number]) => [event.index, correlation];
  assert.ok(none.findings.length > 0);
  assert.deepEqual(
    JSON.parse(JSON.stringify(two.findings.map(place)).replaceAll(two.at, none.at)),
    JSON.parse(JSON.stringify(none.findings.map(place))),
  );
});

test("--level keeps the rules that a more severe correlation is made of, silently", async () => {
  const low = correlation(
    "type: event_count\nrules: [accounts_listed]\ntimespan: 1m\ngenerate: true\ncondition: { gte: 2 }",
  );
  const { findings } = await scan(low, { "a.ndjson": [net(0), net(1)] }, "--level", "high");
  assert.deepEqual(
    findings.map(({ rule }) => rule.title),
    ["Correlated"],
  );
});
