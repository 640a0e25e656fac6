import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { RuleExpr } from "../rule.ts";
import { createCorrelator } from "./correlator.ts";
import { at, correlation, events, observationOf, run, type Seen, setOf } from "./testing/fixtures.ts";

const timespan = 10;
const rule = (name: string): RuleExpr => ({ kind: "rule", rule: name });
const not = (of: RuleExpr): RuleExpr => ({ kind: "not", of });
const and = (...of: RuleExpr[]): RuleExpr => ({ kind: "and", of });
const or = (...of: RuleExpr[]): RuleExpr => ({ kind: "or", of });
const [a, b, c] = [rule("a"), rule("b"), rule("c")];

/** Conditions, each with the rules whose observations begin a window. */
const conditions: readonly (readonly [RuleExpr, string])[] = [
  [and(a, not(b)), "a"],
  [and(a, not(or(b, c))), "a"],
  [and(a, c, not(b)), "ac"],
  [or(and(a, not(b)), and(b, not(a))), "ab"],
  [and(or(a, b), not(c)), "ab"],
  [not(and(a, b)), "abc"],
  [or(c, not(a), not(b)), "abc"],
];

/** Odd numbers of `not` ask of the time around `begin`, even ones of the time from it on. */
function holds(expr: RuleExpr, seen: readonly Seen[], begin: number, sign = true): boolean {
  switch (expr.kind) {
    case "and":
      return expr.of.every((part) => holds(part, seen, begin, sign));
    case "or":
      return expr.of.some((part) => holds(part, seen, begin, sign));
    case "not":
      return !holds(expr.of, seen, begin, !sign);
    case "rule":
      return seen.some(
        (one) =>
          one.rule === expr.rule &&
          one.time < begin + timespan &&
          (sign ? one.time >= begin : one.time > begin - timespan),
      );
  }
}

/** Every window looked at by itself. */
function expected(seen: readonly Seen[], expr: RuleExpr, begins: string): number[] {
  const moments = new Set(seen.filter((one) => begins.includes(one.rule)).map((one) => one.time));
  const fired: number[] = [];
  let before = false;
  for (const begin of [...moments].toSorted((x, y) => x - y)) {
    const now = holds(expr, seen, begin);
    const end = begin + timespan;
    if (now && !(before && end - fired.at(-1)! < timespan)) fired.push(end);
    before = now;
  }
  return fired;
}

/** The same observations, none of them moved behind one that is more than `late` newer. */
const delayed = (seen: readonly Seen[], delays: readonly number[], late: number) =>
  seen
    .map((one, place) => ({ one, place, arrives: one.time + (delays[place % delays.length]! % (late + 1)) }))
    .toSorted((x, y) => x.arrives - y.arrives);

const delaysOf = fc.array(fc.nat(100), { minLength: 1, maxLength: 20 });
const userOf = (one: Seen) => one.fields!["user"]![0]!;

test("with `not` exactly those windows fire that a naive reading of all events names, in order and out of order", () => {
  fc.assert(
    fc.property(events, fc.constantFrom(...conditions), delaysOf, (seen, [expr, begins], delays) => {
      const set = setOf(
        correlation({
          type: "temporal",
          rules: ["a", "b", "c"],
          groupBy: ["user"],
          condition: { kind: "rules", expr },
        }),
      );
      for (const lateness of [0, 7]) {
        const correlator = createCorrelator<number>(set, { lateness });
        const arrivals = delayed(seen, delays, lateness);
        const found = arrivals.flatMap(({ one, place }) => correlator.observe(observationOf(one, place)));
        found.push(...correlator.finish());
        for (const user of ["u", "v"]) {
          const own = seen.filter((one) => userOf(one) === user);
          assert.deepEqual(
            found.filter((match) => match.group["user"] === user).map((match) => match.time),
            expected(own, expr, begins),
          );
        }
        assert.deepEqual([correlator.stats.groups, correlator.stats.observations], [0, 0], "all is let go in the end");
      }
    }),
    { numRuns: 500 },
  );
});

test("what must not be seen keeps an event from firing up to a timespan before it and after it, and no further", () => {
  const set = setOf(
    correlation({ type: "temporal", rules: ["a", "b"], condition: { kind: "rules", expr: and(a, not(b)) } }),
  );
  const firesWith = (time: number) =>
    run(
      set,
      [at("a", 20), at("b", time)].toSorted((x, y) => x.time - y.time),
    ).found;
  for (let time = 0; time <= 40; time++) {
    assert.equal(firesWith(time).length, time <= 10 || time >= 30 ? 1 : 0, `b at ${time}`);
  }
});

const orders: readonly (readonly [rules: readonly string[], absent: readonly string[]])[] = [
  [["a", "c"], ["c"]],
  [["c", "a"], ["c"]],
  [["c", "a", "c"], ["c"]],
  [["a", "b", "c"], ["c"]],
  [["a", "c", "b"], ["c"]],
  [["c", "a", "b"], ["c"]],
  [
    ["c", "a", "b"],
    ["b", "c"],
  ],
];

/** Places in `seen` of each chain for which the order holds: stages by rule, absences before, between and behind them. */
function chainsIn(seen: readonly Seen[], rules: readonly string[], absent: readonly string[]): number[][] {
  let chains: number[][] = [[]];
  for (const stage of rules.filter((one) => !absent.includes(one))) {
    chains = chains.flatMap((chain) =>
      seen.flatMap((one, place) => (one.rule === stage && place > (chain.at(-1) ?? -1) ? [[...chain, place]] : [])),
    );
  }
  return chains.filter((chain) => {
    const [first, last] = [seen[chain[0]!]!.time, seen[chain.at(-1)!]!.time];
    if (last - first >= timespan) return false;
    let behind = 0;
    return rules.every((one) => {
      if (!absent.includes(one)) return ++behind > 0;
      const [from, to] = [chain[behind - 1] ?? -1, chain[behind] ?? seen.length];
      return !seen.some(
        (other, place) =>
          other.rule === one &&
          place > from &&
          place < to &&
          other.time > first - timespan &&
          other.time < last + timespan,
      );
    });
  });
}

test("an ordered correlation with `not` fires exactly when events in that order have none of it where it stands", () => {
  fc.assert(
    fc.property(events, fc.constantFrom(...orders), delaysOf, (seen, [rules, absent], delays) => {
      const expr = and(...rules.map((one) => (absent.includes(one) ? not(rule(one)) : rule(one))));
      const set = setOf(correlation({ type: "temporal_ordered", rules, condition: { kind: "rules", expr } }));
      const chains = chainsIn(seen, rules, absent);
      const correlator = createCorrelator<number>(set, { lateness: 7 });
      // Of equal times the order of arrival counts: here those arrive as they stand.
      const arrivals = delayed(seen, delays, 7).toSorted((x, y) => (x.one.time === y.one.time ? x.place - y.place : 0));
      const found = arrivals.flatMap(({ one, place }) => correlator.observe(observationOf(one, place)));
      found.push(...correlator.finish());
      if (arrivals.every(({ place }, index) => index === 0 || inOrder(arrivals, index, place))) {
        assert.equal(found.length > 0, chains.length > 0);
        const known = new Set(chains.map((chain) => chain.join()));
        for (const match of found) assert.ok(known.has(match.refs.join()), match.refs.join());
      }
      assert.deepEqual([correlator.stats.groups, correlator.stats.observations], [0, 0], "all is let go in the end");
    }),
    { numRuns: 1000 },
  );
});

/** No earlier arrival of the same time stands behind this one. */
const inOrder = (arrivals: readonly { one: Seen; place: number }[], index: number, place: number) =>
  arrivals.slice(0, index).every((other) => other.one.time !== arrivals[index]!.one.time || other.place < place);

test("behind one event an absence fires again only after a further timespan, as it does in no order", () => {
  fc.assert(
    fc.property(events, (seen) => {
      const condition = { kind: "rules", expr: and(a, not(b)) } as const;
      const { found } = run(setOf(correlation({ type: "temporal_ordered", rules: ["a", "b"], condition })), seen);
      const fired: number[] = [];
      for (const [place, one] of seen.entries()) {
        if (one.rule !== "a" || one.time + timespan - (fired.at(-1) ?? -Infinity) < timespan) continue;
        const follows = seen.some((other, i) => i > place && other.rule === "b" && other.time < one.time + timespan);
        if (!follows) fired.push(one.time + timespan);
      }
      assert.deepEqual(
        found.map((match) => match.time),
        fired,
      );
    }),
  );
});

test("an event is neither before nor behind itself, when what is asked for and what must not be seen hold for it", () => {
  const condition = { kind: "rules", expr: and(a, not(b)) } as const;
  const both: Seen[] = [
    { rule: "a", time: 0, event: 1 },
    { rule: "b", time: 0, event: 1 },
  ];
  for (const seen of [both, both.toReversed()]) {
    for (const rules of [
      ["a", "b"],
      ["b", "a"],
    ]) {
      assert.equal(run(setOf(correlation({ type: "temporal_ordered", rules, condition })), seen).found.length, 1);
    }
    assert.equal(run(setOf(correlation({ type: "temporal", rules: ["a", "b"], condition })), seen).found.length, 0);
  }
});

test("what must not be seen costs one time per group, however often it is seen", () => {
  const condition = { kind: "rules", expr: and(a, not(b)) } as const;
  const noise = Array.from({ length: 1000 }, (_, time) => observationOf(at("b", time), time));
  for (const type of ["temporal", "temporal_ordered"] as const) {
    const correlator = createCorrelator<number>(
      setOf(correlation({ type, rules: ["b", "a"], timespan: 5000, condition })),
    );
    for (const one of noise) correlator.observe(one);
    const { groups, observations, forgottenObservations } = correlator.stats;
    assert.deepEqual([groups, observations, forgottenObservations], [1, 1, 0], type);
  }
});
