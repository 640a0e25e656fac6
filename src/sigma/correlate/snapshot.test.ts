import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { CorrelationRule, RuleExpr } from "../rule.ts";
import { createCorrelator } from "./correlator.ts";
import { bounds, correlation, events, observationOf, setOf } from "./testing/fixtures.ts";

const rule = (name: string): RuleExpr => ({ kind: "rule", rule: name });
const ofRules = (expr: RuleExpr) => ({ kind: "rules", expr }) as const;
const not = (name: string): RuleExpr => ({ kind: "not", of: rule(name) });
const user = ["user"];
const kinds: readonly CorrelationRule[] = [
  correlation({ type: "event_count", id: "count", groupBy: user, condition: bounds("gte", 2) }),
  correlation({ type: "event_count", id: "few", rules: ["a", "b"], condition: bounds("lte", 2) }),
  correlation({ type: "value_count", id: "values", condition: bounds("gte", 3, ["amount"]) }),
  correlation({ type: "value_sum", id: "sum", groupBy: user, condition: bounds("gt", 4, ["amount"]) }),
  correlation({ type: "value_avg", id: "average", rules: ["a", "c"], condition: bounds("lt", 3, ["amount"]) }),
  correlation({ type: "value_percentile", id: "percentile", condition: bounds("gte", 4, ["amount"]) }),
  correlation({
    type: "temporal",
    id: "absent",
    rules: ["a", "b"],
    groupBy: user,
    condition: ofRules({ kind: "and", of: [rule("a"), not("b")] }),
  }),
  correlation({
    type: "temporal",
    id: "all",
    rules: ["a", "b", "c"],
    condition: ofRules({ kind: "and", of: ["a", "b", "c"].map(rule) }),
  }),
  correlation({ type: "temporal_ordered", id: "order", rules: ["a", "b", "c"], groupBy: user }),
  correlation({
    type: "temporal_ordered",
    id: "ordered absence",
    rules: ["b", "a", "c", "a", "b"],
    groupBy: user,
    condition: ofRules({ kind: "and", of: [rule("a"), ...["b", "c"].map((one) => not(one))] }),
  }),
  correlation({ type: "temporal_ordered", id: "pair", rules: ["a", "b"] }),
  correlation({ type: "temporal_ordered", id: "chain", rules: ["values", "order"], groupBy: user, timespan: 30 }),
  correlation({ type: "event_count", id: "late", rules: ["absent"], timespan: 30, condition: bounds("gte", 2) }),
];

test("a correlator that restored a snapshot finds what it would have found without, and counts the same", () => {
  const options = fc.record({ lateness: fc.constantFrom(0, 4), maxGroups: fc.constantFrom(3, 100) });
  fc.assert(
    fc.property(events, fc.nat(40), options, fc.boolean(), (apart, cut, limits, together) => {
      // Together: what is observed at one time is of one event.
      const seen = together ? apart.map((one) => ({ ...one, event: one.time })) : apart;
      const set = setOf(...kinds);
      const straight = createCorrelator<number>(set, limits);
      let interrupted = createCorrelator<number>(set, limits);
      for (const [place, one] of seen.entries()) {
        if (place === cut) {
          const stored = JSON.parse(JSON.stringify(interrupted.snapshot())) as ReturnType<typeof interrupted.snapshot>;
          interrupted = createCorrelator<number>(set, limits);
          assert.deepEqual(interrupted.restore(stored), { ok: true, groups: straight.stats.groups, dropped: 0 });
          assert.deepEqual(JSON.parse(JSON.stringify(interrupted.snapshot())), stored);
        }
        const observation = observationOf(one, place);
        assert.deepEqual(interrupted.observe(observation), straight.observe(observation));
      }
      assert.deepEqual(interrupted.finish(), straight.finish());
      assert.deepEqual(interrupted.stats, straight.stats);
    }),
    { numRuns: 300 },
  );
});

test("state of a rule that has changed since, or is gone, is left out and counted", () => {
  const counting = (number: number) => correlation({ type: "event_count", condition: bounds("gte", number) });
  const before = createCorrelator<number>(setOf(counting(3)));
  before.observe(observationOf({ rule: "a", time: 0 }, 0));
  const changed = createCorrelator<number>(setOf(counting(2)));
  assert.deepEqual(changed.restore(before.snapshot()), { ok: true, groups: 0, dropped: 1 });
  assert.deepEqual(changed.observe(observationOf({ rule: "a", time: 1 }, 1)), []);
  assert.deepEqual(createCorrelator<number>(setOf()).restore(before.snapshot()), { ok: true, groups: 0, dropped: 1 });
});

test("a snapshot of another version is refused, and nothing of it taken", () => {
  const correlator = createCorrelator<number>(setOf(...kinds));
  const snapshot = { ...correlator.snapshot(), version: 1 } as unknown as ReturnType<typeof correlator.snapshot>;
  assert.deepEqual(correlator.restore(snapshot), { ok: false, version: 1 });
});
