import assert from "node:assert/strict";
import { test } from "node:test";
import { at, bounds, correlation, run, setOf } from "./testing/fixtures.ts";

const then = correlation({ type: "temporal_ordered", id: "then", rules: ["inner", "b"], groupBy: ["user"] });
const firedAs = (found: ReturnType<typeof run>["found"], id: string) =>
  found.filter((match) => match.rule.id === id).map((match) => [match.time, match.group]);

test("a correlation groups another's matches by its own group-by, whatever the other groups by", () => {
  // The specification's note on many_failed_logins, which groups by ComputerName under one that groups by User.
  const inner = correlation({ type: "event_count", id: "inner", groupBy: ["computer"] });
  const set = setOf(then, inner);
  const { found, correlator } = run(set, [
    at("a", 0, { computer: ["pc"], user: ["u"] }),
    at("a", 1, { computer: ["pc"], user: ["u"] }),
    at("b", 2, { user: ["v"] }),
    at("b", 3, { user: ["u"] }),
  ]);
  assert.deepEqual(firedAs(found, "then"), [[3, { user: "u" }]]);
  assert.deepEqual(new Set(correlator.wants.get("a")), new Set(["computer", "user"]));
});

test("a match has the values of all its events: of many users tried from one address, the one who got in is named", () => {
  const inner = correlation({
    type: "value_count",
    id: "inner",
    groupBy: ["address"],
    condition: bounds("gte", 5, ["user"]),
  });
  const tried = ["r", "s", "t", "u", "v"].map((user, time) => at("a", time, { address: ["x"], user: [user] }));
  const { found } = run(setOf(inner, then), [...tried, at("b", 6, { user: ["q"] }), at("b", 7, { user: ["s"] })]);
  assert.deepEqual(firedAs(found, "then"), [[7, { user: "s" }]]);
});

test("fields reach through correlations of correlations, and aliases name them", () => {
  const inner = correlation({ type: "event_count", id: "inner", name: "inner_name", groupBy: ["computer"] });
  const middle = correlation({ type: "event_count", id: "middle", rules: ["inner"], condition: bounds("gte", 1) });
  const outer = correlation({
    type: "temporal",
    id: "outer",
    rules: ["middle", "inner", "b"],
    groupBy: ["who"],
    aliases: { who: { middle: "user", inner_name: "user", b: "account" } },
    condition: { kind: "rules", expr: { kind: "and", of: ["middle", "inner", "b"].map(ruleOf) } },
  });
  const { found } = run(setOf(outer, middle, inner), [
    at("a", 0, { computer: ["pc"], user: ["u"] }),
    at("a", 1, { computer: ["pc"], user: ["u"] }),
    at("b", 2, { account: ["u"] }),
  ]);
  assert.deepEqual(firedAs(found, "outer"), [[2, { who: "u" }]]);
});

test("values of a correlation's group can be counted", () => {
  const inner = correlation({ type: "event_count", id: "inner", groupBy: ["user"] });
  const many = correlation({
    type: "value_count",
    id: "many",
    rules: ["inner"],
    condition: bounds("gte", 2, ["user"]),
  });
  const seen = ["u", "u", "v", "v"].map((user, time) => at("a", time, { user: [user] }));
  assert.deepEqual(firedAs(run(setOf(inner, many), seen).found, "many"), [[3, {}]]);
});

function ruleOf(rule: string) {
  return { kind: "rule", rule } as const;
}
