import assert from "node:assert/strict";
import { test } from "node:test";
import type { RuleExpr } from "../rule.ts";
import { boundedText } from "./bounded-text.ts";
import { at, bounds, correlation, run, setOf } from "./testing/fixtures.ts";

test("very long values are kept short, counted, and stay different from each other", () => {
  const set = setOf(correlation({ type: "event_count", groupBy: ["user"] }));
  const long = (end: string) => ({ user: [`${"x".repeat(1_000_000)}${end}`] });
  const { found, correlator } = run(set, [at("a", 0, long("1")), at("a", 1, long("2")), at("a", 2, long("1"))]);
  assert.deepEqual(
    found.map((match) => match.refs),
    [[0, 2]],
  );
  assert.ok(found[0]!.group["user"]!.length < 300);
  assert.equal(correlator.stats.shortenedValues, 3);
  const text = `${"y".repeat(511)}\ud800`;
  assert.equal(boundedText(text), text, "512 characters are kept as they are, whatever they are");
});

test("a rule seen often doesn't make a window forget one seen once", () => {
  const expr: RuleExpr = { kind: "and", of: ["a", "b", "c"].map((rule) => ({ kind: "rule", rule })) };
  const set = setOf(
    correlation({ type: "temporal", rules: ["a", "b", "c"], timespan: 1000, condition: { kind: "rules", expr } }),
  );
  const noise = Array.from({ length: 100 }, (_, i) => at("b", i + 1));
  const { found, correlator } = run(set, [at("a", 0), ...noise, at("c", 200)], { maxPerGroup: 5 });
  assert.deepEqual(
    found.map((match) => [match.time, match.from]),
    [[200, 0]],
  );
  assert.equal(correlator.stats.forgottenObservations, 97);
});

test("a window can hold as many as its condition counts, and no more than all windows may hold together", () => {
  const set = setOf(correlation({ type: "event_count", timespan: 1e6, condition: bounds("gte", 50) }));
  const seen = Array.from({ length: 60 }, (_, time) => at("a", time));
  assert.equal(run(set, seen, { maxPerGroup: 3 }).found.length, 1);
  assert.equal(run(set, seen, { maxPerGroup: 3, maxObservations: 20 }).correlator.stats.forgottenObservations, 40);
});

test("past the observations that all groups may hold, the groups untouched for longest are forgotten and counted", () => {
  const set = setOf(
    correlation({ type: "event_count", groupBy: ["user"], timespan: 1e6, condition: bounds("gte", 5) }),
  );
  const seen = Array.from({ length: 100 }, (_, time) => at("a", time, { user: [`u${time % 25}`] }));
  const { correlator } = run(set, seen, { maxObservations: 30 });
  const { evictedGroups, forgottenObservations, observations, groups } = correlator.stats;
  assert.ok(evictedGroups > 0 && forgottenObservations >= 70);
  assert.deepEqual([observations, groups], [0, 0], "nothing is left when all time is over");
});

test("the group that is forgotten first is the one untouched for longest", () => {
  const set = setOf(correlation({ type: "event_count", groupBy: ["user"], timespan: 1e6 }));
  const users = ["u", "v", "w", "u", "x", "w", "v"].map((user, time) => at("a", time, { user: [user] }));
  const { found } = run(set, users, { maxGroups: 3 });
  assert.deepEqual(
    found.map((match) => match.group["user"]),
    ["u", "w"],
  );
});

test("a correlation of nothing but absences still names events", () => {
  const not = (rule: string): RuleExpr => ({ kind: "not", of: { kind: "rule", rule } });
  for (const of of [
    [not("a"), not("b")],
    [{ kind: "rule", rule: "c" } as const, not("a"), not("b")],
  ]) {
    const condition = { kind: "rules", expr: { kind: "or", of } } as const;
    const set = setOf(correlation({ type: "temporal", rules: ["a", "b", "c"], condition }));
    assert.deepEqual(
      run(set, [at("a", 3)]).found.map((match) => [match.time, match.refs, match.count]),
      [[13, [0], 1]],
    );
  }
});
