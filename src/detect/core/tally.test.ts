import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { levels } from "#sigma";
import { createTally, techniqueOf, type TalliedRule } from "./tally.ts";

const rules: TalliedRule[] = levels.map((level, i) => ({
  id: `rule-${i}`,
  title: `Rule ${i}`,
  level,
  tags: ["attack.execution", `attack.t105${i}`, i % 2 ? "attack.t1059.001" : "cve.2024-1"],
}));

const findings = fc.array(
  fc.record({
    rule: fc.constantFrom(...rules),
    time: fc.oneof(fc.integer({ min: 0, max: 4e12 }), fc.constant(Number.NaN)),
    host: fc.option(fc.constantFrom("a", "b", "c")),
  }),
  { maxLength: 200 },
);

test("every finding is counted once by level, rule and time, however far apart the times lie", () => {
  fc.assert(
    fc.property(findings, (list) => {
      const keeper = createTally();
      for (const { rule, time, host } of list) keeper.add(rule, time, host);
      const tally = keeper.tally;
      const sum = (counts: Iterable<number>) => [...counts].reduce((a, b) => a + b, 0);
      assert.equal(tally.findings, list.length);
      assert.equal(sum(Object.values(tally.byLevel)), list.length);
      assert.equal(sum(tally.byRule.map((one) => one.count)), list.length);
      assert.equal(
        sum(tally.byHost.map((one) => one.count)) + tally.otherHosts,
        list.filter((one) => one.host !== null).length,
      );
      const drawn = sum(tally.timeline.steps.flatMap((step) => Object.values(step)));
      assert.equal(drawn + tally.undated, list.length);
      const times = list.map((one) => one.time).filter((time) => !Number.isNaN(time));
      assert.equal(tally.first, times.length > 0 ? Math.min(...times) : undefined);
      assert.ok(tally.timeline.steps.length <= 4_097);
    }),
  );
});

test("the timeline puts a finding into the step that holds its time", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1e11 }), { minLength: 1, maxLength: 60 }), (times) => {
      const keeper = createTally();
      for (const time of times) keeper.add(rules[2]!, time, null);
      const { start, step, steps } = keeper.tally.timeline;
      for (const [at, counts] of steps.entries()) {
        const from = start + at * step;
        assert.equal(counts.medium, times.filter((time) => time >= from && time < from + step).length);
      }
    }),
  );
});

test("a technique counts each finding of each of its rules, and a rule once", () => {
  const keeper = createTally();
  keeper.add(rules[1]!, 0, null);
  keeper.add(rules[1]!, 0, null);
  keeper.add(rules[3]!, 0, null);
  assert.deepEqual(keeper.tally.byTechnique[0], { technique: "T1059.001", count: 3, rules: 2 });
  assert.equal(techniqueOf("attack.execution"), undefined);
  assert.equal(techniqueOf("attack.T1021.006"), "T1021.006");
});
