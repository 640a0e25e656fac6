import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readRules } from "./read-rules.ts";

const rule = `title: Whoami
id: 11111111-1111-4111-8111-111111111111
name: whoami
status: test
level: low
description: Detects whoami
author: A
date: 2024-01-26
modified: 2024-02-01
license: MIT
taxonomy: sigma
references: [https://example.org]
tags: [attack.t1033]
falsepositives: Admins
fields: [User]
scope: [server]
related:
  - id: 22222222-2222-4222-8222-222222222222
    type: derived
logsource:
  category: process_creation
  product: windows
  definition: Sysmon 1
detection:
  selection:
    Image|endswith: '\\whoami.exe'
  condition: selection
meridian:
  tests:
    - name: fires
      event: {Image: x}
`;

const read = (text: string) => readRules([{ file: "dir/rule.yml", text }]);

test("all metadata is kept, and keys that nobody knows too", () => {
  const { detections, findings } = read(rule);
  const { plan, ...rest } = detections[0]!;
  assert.equal(plan.kind, "field");
  assert.deepEqual(findings, []);
  assert.deepEqual(rest, {
    kind: "detection",
    id: "11111111-1111-4111-8111-111111111111",
    name: "whoami",
    title: "Whoami",
    description: "Detects whoami",
    status: "test",
    level: "low",
    author: "A",
    license: "MIT",
    date: "2024-01-26",
    modified: "2024-02-01",
    taxonomy: "sigma",
    references: ["https://example.org"],
    tags: ["attack.t1033"],
    falsepositives: ["Admins"],
    fields: ["User"],
    scope: ["server"],
    related: [{ id: "22222222-2222-4222-8222-222222222222", type: "derived" }],
    custom: { meridian: { tests: [{ name: "fires", event: { Image: "x" } }] } },
    source: { file: "dir/rule.yml", document: 0, line: 1 },
    logsource: { category: "process_creation", product: "windows", definition: "Sysmon 1" },
    conditions: ["selection"],
    filteredBy: [],
  });
});

test("a slip in the metadata costs the value that it is in, never the detection", () => {
  const text = rule
    .replace("level: low", "level: hgih")
    .replace("status: test", "status: [a]")
    .replace("tags: [attack.t1033]", "tags: [{a: b}, attack.t1033]")
    .replace("    type: derived", "    kind: derived");
  const { detections, findings } = read(text);
  assert.equal(detections[0]!.level, undefined);
  assert.equal(detections[0]!.status, undefined);
  assert.deepEqual(detections[0]!.tags, ["attack.t1033"]);
  assert.deepEqual(detections[0]!.related, []);
  assert.deepEqual(
    findings.map((one) => [one.line, one.severity, one.code]).toSorted((a, b) => Number(a[0]) - Number(b[0])),
    [
      [4, "warning", "metadata-form"],
      [5, "warning", "level-unknown"],
      [13, "warning", "metadata-form"],
      [18, "warning", "related-form"],
    ],
  );
});

test("without an id a document is known by its file and number", () => {
  const { detections } = read(rule.replace(/^id: .*\n/m, "") + "---\n" + rule.replace(/^(id|name): .*\n/gm, ""));
  assert.deepEqual(
    detections.map((one) => one.id),
    ["dir/rule.yml#0", "dir/rule.yml#1"],
  );
  assert.deepEqual(
    detections.map((one) => one.source.line),
    [1, 32],
  );
});

test("what is wrong with a document is said at its line and column, with what to do", () => {
  const table: [from: string | RegExp, to: string, code: string, line: number, column: number][] = [
    ["title: Whoami", "", "title-missing", 2, 1],
    ["condition: selection", "condition: selection and sel", "condition-unknown-name", 27, 28],
    ["condition: selection", "condition: 'selection and sel'", "condition-unknown-name", 27, 29],
    ["condition: selection", "condition: [selection, sel]", "condition-unknown-name", 27, 26],
    ["condition: selection", "condition: selection | count() > 1", "condition-aggregation", 27, 24],
    ["condition: selection", "condition: 1 of filter_*", "condition-no-match", 27, 19],
    ["condition: selection", "condition: {a: b}", "condition-missing", 27, 3],
    ["  condition: selection\n", "", "condition-missing", 24, 1],
    ["Image|endswith", "Image|endwith", "unknown-modifier", 26, 5],
    ["'\\whoami.exe'", "[x, {y: z}]", "value-not-plain", 26, 25],
    ["  selection:\n    Image|endswith: '\\whoami.exe'\n", "", "no-selection", 24, 1],
    ["  category: process_creation\n  product: windows\n", "", "logsource-empty", 20, 1],
    ["logsource:", "log_source:", "logsource-missing", 1, 1],
    ["detection:", "detections:", "detection-missing", 1, 1],
    ["detection:\n", "correlation: {}\ndetection:\n", "document-kind", 1, 1],
    ["level: low", "level: low\nlevel: high", "duplicate-key", 6, 1],
    ["author: A", "author: A: B", "yaml-syntax", 7, 9],
    ["author: A", "action: nonsense", "action-unknown", 7, 1],
  ];
  for (const [from, to, code, line, column] of table) {
    const text = rule.replace(from, () => to);
    assert.notEqual(text, rule);
    const { detections, setAside, findings } = read(text);
    assert.equal(detections.length, 0, code);
    const { reason } = setAside[0]!;
    assert.deepEqual(
      [reason.code, reason.file, reason.line, reason.column],
      [code, "dir/rule.yml", line, column],
      `${code}: ${reason.message}`,
    );
    assert.ok(reason.message && reason.advice);
    assert.equal(reason.severity, "error");
    assert.ok(findings.includes(reason));
  }
});

test("a document that is set aside is still called by its id and title, and its neighbours are used", () => {
  const broken = rule.replace("condition: selection", "condition: nothing");
  const { detections, setAside } = read(
    broken + "---\n" + rule.replaceAll("1111", "3333").replace("name: whoami", "name: other"),
  );
  assert.equal(detections.length, 1);
  assert.deepEqual(
    [setAside[0]!.id, setAside[0]!.title, setAside[0]!.file],
    ["11111111-1111-4111-8111-111111111111", "Whoami", "dir/rule.yml"],
  );
});

test("bytes that were no UTF-8 are pointed out where they stood", () => {
  const { findings } = read(rule.replace("whoami.exe", "who\uFFFDami.exe"));
  assert.deepEqual(
    findings.map((one) => [one.severity, one.code, one.line, one.column]),
    [["warning", "not-utf8", 26, 26]],
  );
});

test("a selection that no condition names is pointed out", () => {
  const { detections, findings } = read(rule.replace("  condition", "  spare:\n    A: b\n  condition"));
  assert.equal(detections.length, 1);
  assert.deepEqual(
    findings.map((one) => [one.severity, one.code, one.line, one.column]),
    [["warning", "unused-selection", 27, 3]],
  );
});

test("several conditions are alternatives", () => {
  const two = rule.replace("condition: selection", "other:\n    A: b\n  condition:\n    - selection\n    - other");
  const { plan, conditions } = read(two).detections[0]!;
  assert.equal(plan.kind, "or");
  assert.deepEqual(conditions, ["selection", "other"]);
});

test("the old collections are understood: global, reset, repeat", () => {
  const text = `action: global
title: G
level: high
logsource: {product: windows}
detection:
  condition: sel
---
detection:
  sel: {A: 1}
---
action: repeat
logsource: {service: security}
detection:
  sel: {B: 2}
---
action: reset
---
title: Own
logsource: {product: linux}
detection:
  sel: {C: 3}
  condition: sel
`;
  const { detections, setAside } = read(text);
  assert.deepEqual(setAside, []);
  assert.deepEqual(
    detections.map((one) => [one.title, one.level, one.logsource, one.plan.kind]),
    [
      ["G", "high", { product: "windows" }, "field"],
      ["G", "high", { product: "windows", service: "security" }, "and"],
      ["Own", undefined, { product: "linux" }, "field"],
    ],
  );
  assert.equal(read("action: repeat\ntitle: x\n").setAside[0]!.reason.code, "action-unknown");
});

test("a template can't be repeated without bound", () => {
  const template = `action: global\ntitle: G\nlogsource: {product: x}\ndetection:\n  condition: s\n  s:\n    F:\n${"    - v\n".repeat(10_000)}`;
  const { setAside } = read(template + "---\nname: n\n".repeat(2000));
  assert.equal(setAside.at(-1)!.reason.code, "collection-too-large");
});

test("a condition can't multiply a long list without bound", () => {
  const list = Array.from({ length: 5000 }, (_, index) => `v${index}`).join(", ");
  const text = rule
    .replace("'\\whoami.exe'", `[${list}]`)
    .replace("condition: selection", `condition: ${"selection or ".repeat(200)}selection`);
  assert.equal(read(text).setAside[0]!.reason.code, "plan-too-large");
});

test("values, dashes, expressions and findings are bounded, each with a finding of its own", () => {
  const value = "'\\whoami.exe'";
  const list = (count: number, of: string) => `[${Array(count).fill(of).join(", ")}]`;
  const table: [key: string, value: string, code: string][] = [
    ["Image|endswith", `'${"x".repeat(70_000)}'`, "value-too-long"],
    ["Image|windash", list(100, "' -a -b -c -d -e'"), "plan-too-large"],
    ["Image|re", list(5_000, "'a{900}b{900}c{900}'"), "plan-too-large"],
    ["Image|gt", list(5_000, "x"), "value-not-a-number"],
  ];
  for (const [key, values, code] of table) {
    const { setAside, findings } = read(rule.replace("Image|endswith", key).replace(value, () => values));
    assert.equal(setAside[0]!.reason.code, code);
    assert.ok(findings.length <= 1001);
  }
  assert.equal(
    read(rule.replace("Image|endswith", "Image|gt").replace(value, list(5_000, "x"))).findings.at(-1)!.code,
    "more-findings",
  );
});

test("what comes out is plain data: JSON and structured cloning give it back as it was", () => {
  const set = read(rule.replace("- name: fires", "- {a: .nan, b: -0, __proto__: 1, c: [null, 1.5]}"));
  assert.deepEqual(JSON.parse(JSON.stringify(set)), set);
  assert.deepEqual(structuredClone(set), set);
});

test("nothing that a file may hold throws, and what is not used is accounted for", () => {
  const alphabet = [
    ..."ab:-|'\"[]{}*&!?#%\\\n\n  \t\0\u{1F600}",
    "---\n",
    "title: ",
    "detection:\n",
    "condition: ",
    "  s:\n",
  ];
  const junk = fc.array(fc.constantFrom(...alphabet), { maxLength: 60 }).map((pieces) => pieces.join(""));
  const spoilt = fc
    .tuple(fc.nat(rule.length), fc.nat(20), junk)
    .map(([at, cut, piece]) => rule.slice(0, at) + piece + rule.slice(at + cut));
  fc.assert(
    fc.property(fc.oneof(junk, spoilt, fc.string({ unit: "binary" })), (text) => {
      const set = read(text);
      assert.deepEqual(JSON.parse(JSON.stringify(set)), set);
      for (const one of set.setAside) assert.equal(one.reason.severity, "error");
      for (const one of set.findings) assert.ok(one.line >= 1 && one.column >= 1 && one.code && one.advice);
    }),
    { numRuns: 500 },
  );
});
