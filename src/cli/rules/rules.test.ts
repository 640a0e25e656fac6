import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { calm, lines, netRule, temporaryFolder, whoami, whoamiId, whoamiRule } from "../testing/fixtures.ts";
import { runMeridian } from "../testing/run-meridian.ts";

const folder = temporaryFolder();
folder.write("rules/whoami.yml", whoamiRule);
folder.write("rules/net.yml", netRule);
folder.write(
  "rules/many.yml",
  `title: Many Asked
id: 44444444-4444-4444-8444-444444444444
status: test
level: critical
correlation:
  type: event_count
  rules: [whoami_asked]
  group-by: [Computer]
  timespan: 1m
  generate: true
  condition: { gte: 3 }
`,
);
const rules = join(folder.path, "rules");
const log = folder.write("a.ndjson", lines(calm(0), whoami(1)));
const run = (...args: string[]) => runMeridian(["rules", ...args]);

/** A rule with these examples under `meridian.tests`. */
const withTests = (tests: string) => `${whoamiRule}meridian:\n  tests:\n${tests}`;
const firing = `    - name: fires
      match: true
      event: ${whoami(0)}
`;
const quiet = `    - name: stays quiet
      match: false
      event: ${calm(0)}
`;

const misuses: readonly string[][] = [
  ["nothing"],
  ["check", "--severity", "grave", rules],
  ["check", "--format", "xml", rules],
  ["test", "--bogus", rules],
  ["coverage", "--format", "pdf", rules],
  ["coverage", "--attack", join(rules, "whoami.yml"), rules],
  ["coverage", "--output", join(folder.path, "no", "where"), rules],
  ["explain"],
  ["explain", "a", "b"],
  ["explain", "no such rule", "--rules", rules],
  ["explain", "Asked", "--rules", rules],
  ["explain", whoamiId, "--rules", rules, "--event", log, "--index", "-1"],
  ["explain", whoamiId, "--rules", rules, "--event", log, "--index", "99"],
  ["explain", whoamiId, "--rules", rules, "--event", join(folder.path, "nowhere")],
  ["explain", "Many Asked", "--rules", rules, "--sql"],
  ["explain", whoamiId, "--rules", rules, "--sql", "--kind", "no such kind"],
  ["explain", whoamiId, "--rules", rules, "--kind", "windows"],
  ["explain", "Many Asked", "--rules", rules, "--event", log],
];
for (const args of misuses)
  test(`"rules ${args.map((word) => word.split("/").at(-1)).join(" ")}" is refused with a sentence and code 2`, async () => {
    const { code, err, out } = await run(...args);
    assert.equal(code, 2, err);
    assert.match(err, /^meridian: \S/m);
    assert.doesNotMatch(err, /^\s+at /m);
    assert.equal(out, "");
  });

test("each verb has a help of its own, with its exit codes", async () => {
  for (const verb of ["check", "test", "coverage", "explain"]) {
    const { code, out } = await run(verb, "--help");
    assert.equal(code, 0);
    assert.match(out, new RegExp(`^usage: meridian rules ${verb}`));
    assert.match(out, /exit codes: 0/);
  }
});

test("check passes good rules, and names what is wrong in bad ones with file, line, column and advice", async () => {
  assert.equal((await run("check", rules)).code, 0);
  const bad = folder.write("bad.yml", whoamiRule.replace("condition: selection", "condition: selectoin"));
  const { code, out, err } = await run("check", bad);
  assert.equal(code, 1);
  assert.match(out, new RegExp(`^${bad}:\\d+:\\d+ .*error.*selectoin.*\\[[a-z-]+\\]\n {4}\\S`, "m"));
  assert.match(err, /^1 files, 0 rules, 1 set aside, 1 errors, /m);
  const [finding] = (await run("check", "--format", "ndjson", bad)).findings as unknown as {
    file: string;
    line: number;
  }[];
  assert.equal(finding!.file, bad);
  assert.match(readFileSync(bad, "utf8").split("\n")[finding!.line - 1]!, /selectoin/);
  const sarif = JSON.parse((await run("check", "--format", "sarif", bad)).out);
  assert.equal(sarif.runs[0].results[0].level, "error");
  assert.equal(sarif.runs[0].results[0].locations[0].physicalLocation.region.startLine, finding!.line);
});

test("check fails on warnings only with --strict, and with 3 when a path is not there", async () => {
  const doubtful = folder.write(
    "doubtful.yml",
    whoamiRule
      .replace("status: test\n", "status: test\nlicense: 7\n")
      .replace("Image|endswith", "Image|endswith|endswith"),
  );
  const relaxed = await run("check", doubtful);
  const strict = await run("check", "--strict", doubtful);
  assert.ok([0, 1].includes(relaxed.code));
  assert.equal(strict.code, 1);
  assert.equal((await run("check", rules, join(folder.path, "nowhere"))).code, 3);
});

test("test runs the examples that rules carry: passes, fails by name, and demands both sides with --require", async () => {
  const good = folder.write("tested/good.yml", withTests(firing + quiet));
  const passed = await run("test", "--require", good);
  assert.equal(passed.code, 0, passed.out + passed.err);
  assert.match(passed.err, /^2 examples passed, 0 failed, 0 rules without/m);

  const wrong = folder.write(
    "wrong.yml",
    withTests(firing.replace("match: true", "match: false") + quiet.replace("match: false", "match: true")),
  );
  const failed = await run("test", wrong);
  assert.equal(failed.code, 1);
  assert.match(failed.out, /failed {2}Whoami Asked: fires\n.*it fired and was not to/);
  assert.match(failed.out, /failed {2}Whoami Asked: stays quiet\n.*it was to fire and didn't/);

  const oneSided = folder.write("one-sided.yml", withTests(firing));
  assert.equal((await run("test", oneSided)).code, 0);
  assert.equal((await run("test", "--require", oneSided)).code, 1);
  assert.equal(
    (await run("test", folder.write("malformed.yml", withTests("    - name: odd\n      match: perhaps\n")))).code,
    1,
  );
  assert.equal((await run("test", good, join(folder.path, "nowhere"))).code, 3);
});

test("coverage counts techniques as text, JSON, Navigator layer and page, and shows gaps with ATT&CK's own bundle", async () => {
  const text = await run("coverage", "--format", "text", rules);
  assert.match(text.out, /^discovery\n {2}T1033 +1/m);
  assert.match(text.err, /^2 techniques have rules; 2 of 3 rules name one$/m);
  const layer = JSON.parse((await run("coverage", "--format", "navigator", rules)).out);
  assert.deepEqual(
    layer.techniques.map(({ techniqueID, score }: { techniqueID: string; score: number }) => [techniqueID, score]),
    [
      ["T1033", 1],
      ["T1087.001", 1],
    ],
  );
  const technique = (id: string, name: string) => ({
    type: "attack-pattern",
    id: `attack-pattern--${id}`,
    name,
    external_references: [{ source_name: "mitre-attack", external_id: id }],
    kill_chain_phases: [{ kill_chain_name: "mitre-attack", phase_name: "discovery" }],
  });
  const bundle = folder.write(
    "attack.json",
    JSON.stringify({ type: "bundle", objects: [technique("T1033", "System <Owner>"), technique("T1007", "Nobody's")] }),
  );
  const page = join(folder.path, "coverage.html");
  const { code, err, out } = await run("coverage", "--attack", bundle, "--output", page, rules);
  assert.equal(code, 0, err);
  assert.equal(out, "");
  const html = readFileSync(page, "utf8");
  assert.ok(html.includes("System &lt;Owner&gt;") && html.includes("Nobody&#39;s"));
  assert.doesNotMatch(html, /<(?:script|link|img|iframe)\b/i);
  assert.match(html, /<div class="cell heat0">/);
});

test("explain says what a rule asks, in words, as JSON and as SQL", async () => {
  const words = await run("explain", whoamiId, "--rules", rules);
  assert.equal(words.code, 0);
  assert.match(words.out, /Asked of windows \/ process_creation\. It holds when/);
  assert.match(words.out, /Image is like "\*\\whoami\.exe"/);
  assert.equal(
    JSON.parse((await run("explain", "whoami_asked", "--rules", rules, "--format", "json")).out).id,
    whoamiId,
  );
  const sql = await run("explain", "Whoami Asked", "--rules", rules, "--sql");
  assert.match(sql.out, /whoami\.exe/);
  assert.match(
    (await run("explain", "Many Asked", "--rules", rules)).out,
    /event_count ≥ 3, within 60 s, for each Computer/,
  );
  assert.match((await run("explain", join(rules, "net.yml"))).out, /Accounts Listed/);
});

test("explain --sql says what each kind of event is asked, with its own paths, and what the lake is asked first", async () => {
  const all = await run("explain", whoamiId, "--rules", rules, "--sql");
  assert.equal(all.code, 0);
  assert.match(all.out, /texts\['Event\.EventData\.Image'\]/);
  assert.match(all.out, /texts\['winlog\.event_data\.NewProcessName'\]/);
  assert.match(all.out, /raw ILIKE '%whoami\.exe%'/);
  const json = async (...kinds: string[]) => {
    const chosen = kinds.flatMap((kind) => ["--kind", kind]);
    const { out } = await run("explain", whoamiId, "--rules", rules, "--sql", "--format", "json", ...chosen);
    return JSON.parse(out);
  };
  const one = await json("windows/sysmon/1 (winlogbeat)");
  assert.deepEqual([one.kinds, one.notAsked], [["windows/sysmon/1 (winlogbeat)"], []]);
  assert.match(one.prefilter, /^kind IN \('windows\/sysmon\/1 \(winlogbeat\)'\)/);
  assert.doesNotMatch(one.sql, /Event\.EventData/);
  const some = await json("sysmon/1 (", "okta (system-log)");
  assert.ok(some.kinds.length > 2 && some.kinds.every((kind: string) => kind.includes("windows/sysmon/1 (")));
  assert.ok(
    some.notAsked.some(({ kind, why }: { kind: string; why: string }) => kind.startsWith("okta") && why !== ""),
  );
  const none = await json("okta");
  assert.deepEqual([none.kinds, none.sql, none.prefilter], [[], "false", "false"]);
});

test("explain --event says test by test why a rule holds (0) or doesn't (1)", async () => {
  const args = ["explain", whoamiId, "--rules", rules, "--event", log];
  const held = await run(...args);
  assert.equal(held.code, 0);
  assert.match(
    held.out,
    /✔ record 1, byte \d+, 2025-03-03T00:00:01\.000Z, taken for windows\/sysmon\/1 .*: the rule holds/,
  );
  const not = await run(...args, "--index", "0");
  assert.equal(not.code, 1);
  assert.match(not.out, /✘ Image\|endswith: .*the event has "C:\\\\Windows\\\\System32\\\\notepad\.exe"/);
  const [told] = JSON.parse((await run(...args, "--format", "json")).out);
  assert.deepEqual([told.index, told.matches], [1, true]);
});

test("explain says when a rule was not asked because its log source is another", async () => {
  const linux = folder.write("linux.yml", whoamiRule.replace("product: windows", "product: linux"));
  const { code, out } = await run("explain", linux, "--event", log, "--index", "1");
  assert.equal(code, 1);
  assert.match(out, /not asked: the rule is for product linux, this event is of windows/);
});

test("a rule's or an event's control characters reach no terminal through any verb", async () => {
  const evil = "\u001b]0;owned\u0007";
  const rule = folder.write(
    "evil.yml",
    whoamiRule
      .replace("title: Whoami Asked", 'title: "Whoami \\e]0;owned\\a Asked"')
      .replace("Somebody asks who they are.", '"x \\e[31m y"')
      .replace("'\\whoami.exe'", '"\\e[31mwhoami.exe"'),
  );
  const event = folder.write("evil.ndjson", lines(whoami(0, { Image: `${evil}notepad.exe` })));
  for (const args of [
    ["explain", rule],
    ["explain", rule, "--event", event],
    ["explain", rule, "--format", "json"],
    ["check", "--severity", "info", rule],
    ["test", "--require", "--verbose", rule],
    ["coverage", "--format", "html", rule],
    ["coverage", "--format", "text", rule],
  ]) {
    const { out, err } = await run(...args);
    assert.doesNotMatch(out + err, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/, args.join(" "));
  }
});

test("a rule with a placeholder is set aside by check until --placeholders says what it stands for; pipelines must be readable", async () => {
  const expanding = folder.write(
    "expanding/rule.yml",
    whoamiRule.replace(/Image\|endswith: .*/, "ComputerName|expand: '%Workstations%'"),
  );
  const values = folder.write("values.yml", "Workstations: [ws1, ws2]\n");
  const without = await run("check", "--no-conventions", expanding);
  assert.match(without.err, /^1 files, 0 rules, 1 set aside/m);
  assert.match(without.out, /\[placeholder-unresolved\]/);
  const given = await run("check", "--no-conventions", "--placeholders", values, expanding);
  assert.match(given.err, /^1 files, 1 rules, 0 set aside/m);
  const pipeline = folder.write("pipeline.yml", "name: p\ntransformations:\n  - { id: a, type: no_such_thing }\n");
  const refused = await run("explain", whoamiId, "--rules", rules, "--pipeline", pipeline);
  assert.equal(refused.code, 2);
  assert.match(refused.err, /pipeline\.yml:3:\d+ .*no_such_thing/);
});
