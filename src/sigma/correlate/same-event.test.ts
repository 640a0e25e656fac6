import assert from "node:assert/strict";
import { test } from "node:test";
import { bounds, correlation, type Seen, run, setOf } from "./testing/fixtures.ts";

const seen = (rule: string, time: number, event: number): Seen => ({ rule, time, event });

test("an event for which several of the rules hold is counted once", () => {
  const set = setOf(correlation({ type: "event_count", rules: ["a", "b", "c"], condition: bounds("gte", 2) }));
  const one = [seen("a", 1, 7), seen("b", 1, 7), seen("c", 1, 7)];
  assert.deepEqual(run(set, one).found, []);
  const [match] = run(set, [...one, seen("b", 1, 8)]).found;
  assert.deepEqual([match!.value, match!.refs], [2, [7, 8]]);
});

test("one event is enough for a temporal correlation when all its rules hold for it", () => {
  const set = setOf(correlation({ type: "temporal", rules: ["a", "b"], condition: rules("a", "b") }));
  assert.equal(run(set, [seen("a", 1, 7), seen("b", 1, 7)]).found.length, 1);
});

test("an event is not before itself, but may follow an older one, whichever of its rules comes first", () => {
  const set = setOf(correlation({ type: "temporal_ordered", rules: ["a", "b"] }));
  for (const both of [["a", "b"] as const, ["b", "a"] as const]) {
    const event = both.map((rule) => seen(rule, 5, 7));
    assert.deepEqual(run(set, event).found, []);
    const [match, ...more] = run(set, [seen("a", 1, 3), ...event]).found;
    assert.deepEqual([match!.refs, match!.from, more], [[3, 7], 1, []]);
    assert.deepEqual(run(set, [...event, seen("b", 6, 9)]).found[0]!.refs, [7, 9]);
  }
});

test("a rule that stands twice in an order needs two events", () => {
  const set = setOf(correlation({ type: "temporal_ordered", rules: ["a", "a", "b"] }));
  assert.deepEqual(run(set, [seen("a", 1, 1), seen("b", 2, 2)]).found, []);
  assert.deepEqual(run(set, [seen("a", 1, 1), seen("a", 1, 2), seen("b", 2, 3)]).found[0]!.refs, [1, 2, 3]);
});

test("what completes a correlation is not also what follows it", () => {
  const burst = correlation({ type: "event_count", id: "burst", condition: bounds("gte", 2) });
  const then = correlation({ type: "temporal_ordered", id: "then", rules: ["burst", "a"] });
  for (const set of [setOf(burst, then), setOf(then, burst)]) {
    const times = (times: number[]) =>
      run(
        set,
        times.map((time, event) => seen("a", time, event)),
      ).found.filter((match) => match.rule.id === "then");
    assert.deepEqual(times([1, 2]), []);
    assert.deepEqual(
      times([1, 2, 3]).map((match) => match.time),
      [3],
    );
  }
});

function rules(...names: string[]) {
  return { kind: "rules", expr: { kind: "and", of: names.map((rule) => ({ kind: "rule", rule }) as const) } } as const;
}
