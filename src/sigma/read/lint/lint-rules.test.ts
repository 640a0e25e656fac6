import assert from "node:assert/strict";
import { test } from "node:test";
import { readRules } from "../read-rules.ts";
import { checkRules, lintRules } from "./lint-rules.ts";

const rule = `title: Whoami Execution via Shell
id: 11111111-1111-4111-8111-111111111111
status: test
description: Detects the execution of whoami
references:
  - https://example.org/whoami
author: A. Uthor
date: 2024-01-26
modified: 2024-02-01
tags:
  - attack.discovery
  - attack.t1033
logsource:
  category: process_creation
  product: windows
detection:
  selection_img:
    Image|endswith: '\\whoami.exe'
  selection_cli:
    CommandLine|contains:
      - ' /all'
      - ' /priv'
  condition: all of selection_*
falsepositives:
  - Administrators
level: low
`;
const file = "rules/proc_creation_win_whoami.yml";

test("a rule that keeps to the conventions has no findings", () => {
  assert.deepEqual(lintRules([{ file, text: rule }]), []);
});

test("every break of a convention is found, once, at its place", () => {
  const table: [from: string, to: string, code: string, line: number, column: number][] = [
    ["Whoami Execution", "Whoami execution", "title-case", 1, 8],
    ["Whoami Execution", "Detects Whoami", "title-starts-with-detects", 1, 8],
    ["via Shell", "via Shell.", "title-ends-with-dot", 1, 8],
    ["via Shell", `via ${"X".repeat(120)}`, "title-long", 1, 8],
    ["via Shell", `via ${"X".repeat(260)}`, "title-too-long", 1, 8],
    ["id: 11111111-1111-4111-8111-111111111111\n", "", "id-missing", 1, 1],
    ["id: 11111111-1111-4111-8111-111111111111", "id: whoami", "id-not-uuid", 2, 5],
    ["id: 11111111-1111-4111", "id: 11111111-1111-1111", "id-not-v4", 2, 5],
    ["status: test", "status: tested", "status-unknown", 3, 9],
    ["status: test", "status: deprecated", "status-inactive", 3, 9],
    ["status: test\n", "", "status-missing", 1, 1],
    ["level: low", "level: minor", "level-unknown", 26, 8],
    ["Detects the execution of whoami", "Whoami", "description-too-short", 4, 14],
    ["of whoami", "of https://example.org", "description-has-link", 4, 14],
    ["Detects the execution of whoami", "Whoami Execution via Shell", "description-is-title", 4, 14],
    ["https://example.org/whoami", "https://attack.mitre.org/techniques/T1033", "reference-to-attack", 6, 5],
    ["https://example.org/whoami", "https://github.com/a/b/blob/master/c", "reference-not-permanent", 6, 5],
    ["  - https://example.org/whoami\n", "  - https://a.b\n  - https://a.b\n", "reference-duplicate", 7, 5],
    ["author: A. Uthor\n", "", "author-missing", 1, 1],
    ["date: 2024-01-26", "date: 2024/01/26", "date-form", 8, 7],
    ["date: 2024-01-26", "date: 2023-02-29", "date-form", 8, 7],
    ["modified: 2024-02-01", "modified: 2023-02-01", "modified-before-date", 9, 11],
    ["attack.discovery", "attack.discoveries", "tag-attack", 11, 5],
    ["attack.discovery", "attack.T1033", "tag-form", 11, 5],
    ["attack.discovery", "discovery", "tag-form", 11, 5],
    ["attack.discovery", "attack.t1033", "tag-duplicate", 12, 5],
    ["attack.discovery", "cve.2021.44228", "tag-cve", 11, 5],
    ["attack.discovery", "tlp.white", "tag-tlp", 11, 5],
    ["attack.discovery", "stp.9", "tag-stp", 11, 5],
    ["attack.discovery", "detection.common", "tag-detection", 11, 5],
    ["attack.discovery", "mycorp.x", "tag-namespace", 11, 5],
    ["product: windows", "product: Windows", "logsource-form", 15, 12],
    ["product: windows", "product: windows\n  os: x", "logsource-key", 16, 3],
    ["  - Administrators", "  - administrators", "falsepositive-case", 25, 5],
    ["  - Administrators", "  - None", "falsepositive-says-nothing", 25, 5],
    ["level: low", "level: low\nreference: x", "key-misspelt", 27, 1],
    ["Image|endswith: '\\whoami.exe'", "Image: '*\\whoami.exe'", "wildcard-for-modifier", 18, 12],
    ["Image|endswith: '\\whoami.exe'", "Image|endswith: '*\\whoami.exe'", "wildcard-needless", 18, 21],
    ["Image|endswith: '\\whoami.exe'", "Image: 'a**b'", "wildcard-doubled", 18, 12],
    ["Image|endswith: '\\whoami.exe'", "Image: '*'", "wildcard-alone", 18, 12],
    ["Image|endswith: '\\whoami.exe'", "'Image |endswith': x", "field-space", 18, 5],
    ["Image|endswith: '\\whoami.exe'", "Image|base64offset: whoami", "base64offset-alone", 18, 5],
    ["Image|endswith: '\\whoami.exe'", "Image: No", "value-ambiguous", 18, 12],
    ["Image|endswith: '\\whoami.exe'", "Image: [x]", "list-of-one", 18, 12],
    ["Image|endswith: '\\whoami.exe'", "Image: [x, null]", "null-in-list", 18, 16],
    ["Image|endswith: '\\whoami.exe'", "Image|all: x", "all-with-one-value", 18, 5],
    ["- ' /priv'", "- ' /ALL'", "value-duplicate", 22, 9],
    ["    Image|endswith: '\\whoami.exe'", "    - '*whoami*'", "wildcard-in-keyword", 18, 7],
    ["all of selection_*", "all of them", "all-of-them", 23, 21],
    ["all of selection_*", "selection_img and 1 of selection_cli", "of-one-name", 23, 37],
    ["all of selection_*", "selection_img", "unused-selection", 19, 3],
    ["all of selection_*", "selection_img AND selection_cli", "condition-case", 23, 28],
  ];
  for (const [from, to, code, line, column] of table) {
    const text = rule.replace(from, () => to);
    assert.notEqual(text, rule, from);
    const findings = lintRules([{ file, text }]);
    assert.deepEqual(
      findings.map((one) => [one.code, one.line, one.column]),
      [[code, line, column]],
      `${code}: ${to}`,
    );
    assert.ok(findings[0]!.message && findings[0]!.advice && findings[0]!.file === file);
  }
});

test("a file's name shows its log source", () => {
  const table: [string, string[]][] = [
    ["proc_creation_win_whoami.yml", []],
    ["win_whoami_execution.yml", ["filename-prefix"]],
    ["proc_creation_win_Whoami.yml", ["filename-form"]],
    ["proc_creation_win_whoami.yaml", ["filename-form"]],
    ["x.yml", ["filename-length", "filename-prefix"]],
    [`proc_creation_win_${"x".repeat(90)}.yml`, ["filename-length"]],
  ];
  for (const [name, codes] of table) {
    for (const folder of ["", "a/b/", "a\\b\\"]) {
      assert.deepEqual(
        lintRules([{ file: folder + name, text: rule }]).map((one) => one.code),
        codes,
        name,
      );
    }
  }
});

test("everything that reading finds is among the findings, in the order of files and lines", () => {
  const files = [
    { file: "b.yml", text: rule.replace("all of selection_*", "nothing") },
    { file: "a.yml", text: `${rule}---\n${rule}` },
  ];
  const findings = lintRules(files);
  assert.deepEqual(checkRules(files), { ruleSet: readRules(files), findings });
  for (const one of readRules(files).findings)
    assert.ok(findings.some((other) => other.code === one.code && other.line === one.line));
  const order = findings.map((one) => (one.file === "b.yml" ? 0 : 10_000) + one.line);
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  );
});

test("correlations and filters are checked by what they are expected to say", () => {
  const correlation = rule.replace(
    /logsource:[^]*selection_\*\n/,
    "correlation:\n  type: event_count\n  rules: [x]\n  timespan: 1m\n  condition: {gt: 1}\n",
  );
  const filter = `title: Admins\nid: 22222222-2222-4222-8222-222222222222\ndescription: The accounts of our administrators\nlogsource: {product: windows}\nfilter:\n  rules: any\n  sel: {User: [a, A]}\n  condition: not sel\n`;
  const codes = lintRules([{ file, text: `${correlation}---\n${filter}` }]).map((one) => one.code);
  assert.deepEqual(codes, ["correlation-missing-rule", "filter-unused", "value-duplicate"]);
});
