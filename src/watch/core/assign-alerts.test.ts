import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { alertKey, assignAlerts, type Candidate, type Joinable } from "./assign-alerts.ts";

const candidates = fc.array(
  fc.record({
    id: fc.uuid(),
    rule: fc.constantFrom("r", "s"),
    entity: fc.constantFrom("host:a", "host:b"),
    time: fc.integer({ min: 0, max: 10_000 }),
    window: fc.constant(500),
  }),
  { maxLength: 30 },
);
const idFor = ({ id }: Candidate) => `alert ${id}`;

test("an alert holds findings of one rule about one entity, each within the window of others", () => {
  fc.assert(
    fc.property(candidates, (all) => {
      const ids = assignAlerts(all, [], idFor);
      const members = Map.groupBy(all, (_, at) => ids[all.indexOf(all[at]!)]!);
      for (const of of members.values()) {
        assert.equal(new Set(of.map(alertKey)).size, 1);
        const times = of.map(({ time }) => time).sort((a, b) => a - b);
        times.slice(1).forEach((time, at) => assert.ok(time - times[at]! <= 500));
      }
    }),
  );
});

test("findings given in two parts get what they get in one, when the second is told of the first's alerts", () => {
  fc.assert(
    fc.property(candidates, fc.nat({ max: 30 }), (all, cut) => {
      const whole = assignAlerts(all, [], idFor);
      const first = all.slice(0, cut);
      const ids = assignAlerts(first, [], idFor);
      const known = [...Map.groupBy(first, (one) => ids[first.indexOf(one)]!)].map(([id, of]): Joinable => ({
        id,
        key: alertKey(of[0]!),
        first: Math.min(...of.map(({ time }) => time)),
        last: Math.max(...of.map(({ time }) => time)),
      }));
      assert.deepEqual([...ids, ...assignAlerts(all.slice(cut), known, idFor)], whole);
    }),
  );
});
