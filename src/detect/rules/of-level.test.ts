import assert from "node:assert/strict";
import { test } from "node:test";
import { readRules } from "#sigma";
import { ofLevel } from "./of-level.ts";

const detection = (name: string, level: string) => `title: Rule ${name}
id: 00000000-0000-4000-8000-0000000000${name}
name: r${name}
level: ${level}
logsource: { product: acme }
detection:
  selection: { a: ${name} }
  condition: selection
`;
const correlation = (name: string, level: string, on: string) => `title: Correlation ${name}
id: 00000000-0000-4000-8000-0000000000${name}
name: r${name}
level: ${level}
correlation: { type: event_count, rules: [${on}], timespan: 1m, condition: { gte: 2 } }
`;

test("a correlation of the level keeps all it is built on, however far down, and that stays silent", () => {
  const text = [
    detection("01", "low"),
    detection("02", "low"),
    detection("03", "high"),
    correlation("04", "low", "r01"),
    correlation("05", "medium", "r04"),
    correlation("06", "critical", "r05"),
    correlation("07", "low", "r02"),
  ].join("---\n");
  const all = readRules([{ file: "all.yml", text }]);
  assert.equal(all.setAside.length, 0);
  const severe = ofLevel(all, "high");
  const names = (rules: readonly { readonly name?: string }[]) => rules.map(({ name }) => name);
  assert.deepEqual(names(severe.detections), ["r01", "r03"]);
  assert.deepEqual(names(severe.correlations), ["r04", "r05", "r06"]);
  const silent = [...severe.detections, ...severe.correlations].filter(({ id }) => severe.silent.includes(id));
  assert.deepEqual(names(silent), ["r01", "r04", "r05"]);
});
