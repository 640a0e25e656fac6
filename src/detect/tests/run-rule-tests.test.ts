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
