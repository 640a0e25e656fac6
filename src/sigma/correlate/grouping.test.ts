import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { mostCombinations } from "./combinations.ts";
import { at, bounds, correlation, run, setOf } from "./testing/fixtures.ts";

test("every rule of a correlation keeps to the group, and the order holds beyond the first rule", () => {
  const both = { kind: "rules", expr: { kind: "and", of: ["a", "b"].map(ruleOf) } } as const;
  const temporal = setOf(correlation({ type: "temporal", rules: ["a", "b"], groupBy: ["user"], condition: both }));
  assert.deepEqual(run(temporal, [at("a", 0, { user: ["u"] }), at("b", 1, { user: ["v"] })]).found, []);
  const ordered = setOf(correlation({ type: "temporal_ordered", rules: ["a", "b", "c"] }));
  assert.deepEqual(run(ordered, [at("a", 0), at("c", 1), at("b", 2)]).found, []);
});

test("an event without a group-by field is of no group and counted as such; without group-by all are of one", () => {
  const seen = [at("a", 0, { user: ["u"] }), at("a", 1, {})];
  const grouped = run(setOf(correlation({ type: "event_count", groupBy: ["user"] })), seen);
  assert.deepEqual([grouped.found.length, grouped.correlator.stats.ungrouped], [0, 1]);
  assert.equal(run(setOf(correlation({ type: "event_count" })), seen).found.length, 1);
});

test("several group-by fields are joined by and: no two different combinations share a group", () => {
  const text = fc.constantFrom("", "x", "xy", "y", '"', '","', "\\");
  fc.assert(
    fc.property(fc.tuple(text, text), fc.tuple(text, text), (one, other) => {
      const set = setOf(correlation({ type: "event_count", groupBy: ["f", "g"] }));
      const seen = [one, other].map(([f, g], time) => at("a", time, { f: [f], g: [g] }));
      assert.equal(run(set, seen).found.length, one.join("|") === other.join("|") ? 1 : 0);
    }),
  );
});

test("an event with several values of a group-by field is of a group for each, up to a limit that is counted", () => {
  const set = setOf(correlation({ type: "event_count", groupBy: ["user"], condition: bounds("gte", 1) }));
  const { found } = run(set, [at("a", 0, { user: ["u", "v", "u"] })]);
  assert.deepEqual(
    found.map((match) => match.group),
    [{ user: "u" }, { user: "v" }],
  );
  const twice = setOf(correlation({ type: "event_count", groupBy: ["user"], condition: bounds("gte", 2) }));
  assert.deepEqual(run(twice, [at("a", 0, { user: ["u", "v", "u"] })]).found, [], "a value named twice is one group");
  const user = Array.from({ length: 100_000 }, (_, i) => `u${i}`);
  const { found: most, correlator } = run(set, [at("a", 0, { user })]);
  assert.equal(most.length, mostCombinations);
  assert.equal(correlator.stats.combinationsLeftOut, user.length - mostCombinations);
});

test("a time that is no number is counted and changes nothing else", () => {
  const set = setOf(correlation({ type: "event_count" }));
  for (const time of [Number.NaN, Infinity, -Infinity]) {
    const { found, correlator } = run(set, [at("a", 0), at("a", time), at("a", 1)]);
    assert.deepEqual([found.length, correlator.stats.undated, correlator.stats.lateObservations], [1, 1, 0]);
  }
});

test("observations a timespan apart are not in one window, and at equal times the order of arrival counts", () => {
  const count = setOf(correlation({ type: "value_count", condition: bounds("gte", 2, ["user"]) }));
  const pair = (gap: number) => [at("a", 0, { user: ["u"] }), at("a", gap, { user: ["v"] })];
  assert.deepEqual(
    [9, 10].map((gap) => run(count, pair(gap)).found.length),
    [1, 0],
  );
  const ordered = setOf(correlation({ type: "temporal_ordered", rules: ["a", "b"] }));
  assert.equal(run(ordered, [at("a", 5), at("b", 5)]).found.length, 1);
  assert.equal(run(ordered, [at("b", 5), at("a", 5)]).found.length, 0);
});

test("what is older than where `advance` has come to is late, and windows that ended before are closed", () => {
  const { correlator } = run(setOf(correlation({ type: "event_count", condition: bounds("lte", 3) })), []);
  const observe = (time: number) => correlator.observe({ rule: "a", time, ref: time, field: () => [] });
  observe(0);
  assert.deepEqual(
    correlator.advance(10).map((match) => match.time),
    [10],
  );
  observe(9);
  assert.equal(correlator.stats.lateObservations, 1);
});

function ruleOf(rule: string) {
  return { kind: "rule", rule } as const;
}
