import assert from "node:assert/strict";
import { test } from "node:test";
import { readRules } from "#sigma";
import { runRuleTests } from "./run-rule-tests.ts";

const example = (name: string, match: boolean, value: string) =>
  `    - { name: ${name}, match: ${match}, event: { eventSource: s, awsRegion: r, eventName: ${value} } }\n`;
const rule = (examples: string) => `title: Root Signs In
id: 5f0e4f2e-8f4a-4b53-9d9f-0a4f4a0c9b11
logsource: { product: aws, service: cloudtrail }
detection: { selection: { eventName: ConsoleLogin }, condition: selection }
meridian:
  tests:
${examples}`;

async function outcomesOf(examples: string): Promise<string[]> {
  const ruleSet = readRules([{ file: "rule.yml", text: rule(examples) }]);
  const { results } = await runRuleTests(ruleSet, new AbortController().signal);
  return results.map(({ example: name, outcome }) => `${name} ${outcome}`);
}

test("an example that fires nothing at all passes where nothing is to fire, and fails where something is", async () => {
  const examples = example("quiet", false, "ListBuckets") + example("deaf", true, "ListBuckets");
  assert.deepEqual(await outcomesOf(examples), ["quiet passed", "deaf failed"]);
});

test("an example that fires passes where it is to fire, and fails where it is not", async () => {
  const examples = example("found", true, "ConsoleLogin") + example("loud", false, "ConsoleLogin");
  assert.deepEqual(await outcomesOf(examples), ["found passed", "loud failed"]);
});

const steps = `title: Root Signs In
id: 5f0e4f2e-8f4a-4b53-9d9f-0a4f4a0c9b11
name: step
logsource: { product: aws, service: cloudtrail }
detection: { selection: { eventName: ConsoleLogin }, condition: selection }
`;
const chained = (name: string, id: string, rules: string, timespan: string) => `---
title: ${name}
id: ${id}
name: ${name}
correlation: { type: event_count, rules: [${rules}], timespan: ${timespan}, condition: { gte: 2 } }
meridian:
  tests:
    - { name: twice, match: ${rules === "step"}, events: [ ${signIn("10:00")}, ${signIn("10:01")} ] }
    - { name: once, match: false, event: ${signIn("10:00")} }
`;
function signIn(time: string): string {
  return `{ eventSource: s, awsRegion: r, eventName: ConsoleLogin, eventTime: "2026-11-20T${time}:00Z" }`;
}

test("a correlation that another one is built on speaks for its own examples, and sees no events of others", async () => {
  const text =
    steps +
    chained("twice", "6c1f7a44-50f5-4d8e-8c69-0d9a8f4b1c22", "step", "5m") +
    chained("again", "7d2a8b55-61a6-4e9f-9d7a-1e0b905c2d33", "twice", "1h");
  const ruleSet = readRules([{ file: "rule.yml", text }]);
  assert.equal(ruleSet.silent.length, 2);
  const { results } = await runRuleTests(ruleSet, new AbortController().signal);
  assert.deepEqual(
    results.map(({ example: name, outcome }) => `${name} ${outcome}`),
    ["twice passed", "once passed", "twice passed", "once passed"],
  );
});
