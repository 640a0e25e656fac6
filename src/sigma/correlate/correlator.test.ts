import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Bound, CorrelationType, RuleExpr } from "../rule.ts";
import { at, bounds, correlation, events, run, setOf } from "./testing/fixtures.ts";

test("a count that only grows fires at the first event that reaches it, per group and window", () => {
  fc.assert(
    fc.property(events, fc.integer({ min: 1, max: 5 }), (seen, threshold) => {
      const set = setOf(correlation({ type: "event_count", groupBy: ["user"], condition: bounds("gte", threshold) }));
      const { found } = run(set, seen);
      for (const user of ["u", "v"]) {
        const times = seen.filter((one) => one.rule === "a" && one.fields!["user"]![0] === user).map((one) => one.time);
        const expected: number[] = [];
        let holding = false;
        for (let i = 0; i < times.length; i++) {
          const now = times[i]!;
          const inWindow = (list: number[]) => list.filter((time) => time > now - 10).length;
          if (inWindow(times.slice(0, i)) < threshold) holding = false;
          if (inWindow(times.slice(0, i + 1)) < threshold) continue;
          if (holding && now - expected.at(-1)! < 10) continue;
          holding = true;
          expected.push(now);
        }
        assert.deepEqual(
          found.filter((match) => match.group["user"] === user).map((match) => match.time),
          expected,
        );
      }
    }),
  );
});

test("every figure equals the one computed anew over the window, however values came and went", () => {
  const figures: [CorrelationType, (numbers: number[]) => number][] = [
    ["value_count", (numbers) => new Set(numbers).size],
    ["value_sum", (numbers) => numbers.reduce((sum, number) => sum + number, 0)],
    ["value_avg", (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length],
    ["value_percentile", (numbers) => numbers.toSorted((x, y) => x - y)[Math.ceil(0.9 * numbers.length) - 1]!],
  ];
  for (const [type, compute] of figures) {
    fc.assert(
      fc.property(events, (seen) => {
        const condition = { ...bounds("gte", -1e9, ["amount"]), percentile: 90 };
        const { found } = run(setOf(correlation({ type, timespan: 7, condition })), seen);
        for (const match of found) {
          const window = seen.filter(
            (one, i) => one.rule === "a" && one.time > match.time - 7 && i <= match.refs.at(-1)!,
          );
          const numbers = window.map((one) => Number(one.fields!["amount"]![0]));
          assert.ok(Math.abs(match.value! - compute(numbers)) < 1e-9, `${type}: ${match.value}`);
          assert.equal(match.count, window.length);
        }
      }),
    );
  }
});

test("an ordered correlation fires exactly when such an order exists within the timespan", () => {
  fc.assert(
    fc.property(events, (seen) => {
      const set = setOf(correlation({ type: "temporal_ordered", rules: ["a", "b", "c"] }));
      const { found } = run(set, seen);
      const orderExists = seen.some(
        (first, i) =>
          first.rule === "a" &&
          seen.some(
            (second, j) =>
              j > i &&
              second.rule === "b" &&
              seen.some((third, k) => k > j && third.rule === "c" && third.time - first.time < 10),
          ),
      );
      assert.equal(found.length > 0, orderExists);
      for (const match of found) {
        assert.deepEqual(
          match.refs.map((ref) => seen[ref]!.rule),
          ["a", "b", "c"],
        );
        assert.ok(match.refs.every((ref, i) => i === 0 || ref > match.refs[i - 1]!));
        assert.ok(match.to - match.from < 10);
      }
    }),
  );
});

test("a temporal correlation fires exactly when all its rules are seen within one window", () => {
  fc.assert(
    fc.property(events, (seen) => {
      const set = setOf(
        correlation({
          type: "temporal",
          rules: ["a-name", "b"],
          condition: { kind: "rules", expr: all("a-name", "b") },
        }),
      );
      const { found } = run(set, seen);
      const pair = seen.some(
        (x) => x.rule === "a" && seen.some((y) => y.rule === "b" && Math.abs(x.time - y.time) < 10),
      );
      assert.equal(found.length > 0, pair);
    }),
  );
});

const all = (...rules: string[]): RuleExpr => ({ kind: "and", of: rules.map((rule) => ({ kind: "rule", rule })) });
const without: RuleExpr = {
  kind: "and",
  of: [
    { kind: "rule", rule: "a" },
    { kind: "not", of: { kind: "rule", rule: "b" } },
  ],
};

test("X without Y fires when the time is over and no Y came, and stays silent when one did", () => {
  const set = setOf(correlation({ type: "temporal", rules: ["a", "b"], condition: { kind: "rules", expr: without } }));
  const missed = run(set, [at("a", 0), at("c", 30)]).found;
  assert.deepEqual(
    missed.map((match) => [match.time, match.refs]),
    [[10, [0]]],
  );
  assert.equal(run(set, [at("a", 0), at("b", 9), at("c", 30)]).found.length, 0);
  assert.equal(run(set, [at("a", 0), at("b", 10)]).found.length, 1);
});

test("an upper bound is judged when its window has ended, not while it may still be broken", () => {
  const set = setOf(
    correlation({
      type: "event_count",
      condition: {
        kind: "bounds",
        bounds: [
          { is: "gte", number: 2 },
          { is: "lte", number: 3 },
        ],
        field: [],
      },
    }),
  );
  assert.deepEqual(
    run(set, [at("a", 0), at("a", 1)]).found.map((match) => [match.time, match.value]),
    [[10, 2]],
  );
});

test("a burst beyond an upper bound isn't a smaller one too: a window within the one before isn't judged by itself", () => {
  const range: Bound[] = [
    { is: "gte", number: 2 },
    { is: "lte", number: 3 },
  ];
  for (const bounds of [range, [{ is: "eq", number: 3 } as const], [{ is: "lt", number: 4 } as const]]) {
    const set = setOf(correlation({ type: "event_count", condition: { kind: "bounds", bounds, field: [] } }));
    assert.deepEqual(
      run(
        set,
        [0, 1, 2, 3].map((time) => at("a", time)),
      ).found,
      [],
    );
    assert.deepEqual(
      run(
        set,
        [0, 8, 9, 11].map((time) => at("a", time)),
      ).found.map((match) => [match.time, match.from, match.value]),
      [[10, 0, 3]],
    );
  }
});

test("a correlation can be built on a correlation, and its group's values pass on", () => {
  const burst = correlation({ type: "event_count", id: "burst", groupBy: ["user"], condition: bounds("gte", 2) });
  const then = correlation({
    type: "temporal_ordered",
    id: "then",
    rules: ["burst", "b"],
    groupBy: ["user"],
    timespan: 20,
  });
  const { found } = run(setOf(burst, then), [
    at("a", 0, { user: ["u"] }),
    at("a", 1, { user: ["u"] }),
    at("b", 5, { user: ["v"] }),
    at("b", 6, { user: ["u"] }),
  ]);
  assert.deepEqual(
    found.map((match) => [match.rule.id, match.time]),
    [
      ["burst", 1],
      ["then", 6],
    ],
  );
});

test("an alias reads the group from the field that each rule calls it by", () => {
  const rule = correlation({
    type: "temporal",
    rules: ["a", "b"],
    groupBy: ["who"],
    aliases: { who: { a: "user", "b-name": "account" } },
    condition: { kind: "rules", expr: all("a", "b") },
  });
  const { found, correlator } = run(setOf(rule), [
    at("a", 0, { user: ["x"] }),
    at("b", 1, { account: ["x"] }),
    at("b", 2, { user: ["x"] }),
  ]);
  assert.deepEqual(
    found.map((match) => match.group),
    [{ who: "x" }],
  );
  assert.equal(correlator.stats.ungrouped, 1);
});

test("memory is bounded: groups and observations past their caps are forgotten and counted", () => {
  const set = setOf(
    correlation({ type: "event_count", groupBy: ["user"], timespan: 1e9, condition: bounds("gte", 1e6) }),
  );
  const seen = Array.from({ length: 500 }, (_, i) => at("a", i, { user: [`u${i % 50}`] }));
  const { correlator: groups } = run(set, seen, { maxGroups: 10 });
  assert.ok(groups.stats.evictedGroups >= 40);
  const sum = setOf(
    correlation({ type: "value_sum", groupBy: ["user"], timespan: 1e9, condition: bounds("gte", 1e6, ["amount"]) }),
  );
  const { correlator: observations } = run(sum, seen, { maxPerGroup: 3 });
  assert.equal(observations.stats.forgottenObservations, 500 - 50 * 3);
});

test("observations out of order within the lateness count as if they had come in order; later ones are counted as late", () => {
  const set = setOf(correlation({ type: "temporal_ordered", rules: ["a", "b"] }));
  const shuffled = [at("b", 5), at("a", 3), at("c", 30)];
  assert.equal(run(set, shuffled).found.length, 0);
  assert.equal(run(set, shuffled).correlator.stats.lateObservations, 1);
  assert.equal(run(set, shuffled, { lateness: 5 }).found.length, 1);
});
