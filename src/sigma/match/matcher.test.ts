import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compileMatcher, evaluate, type Expr, type SigmaEvent } from "../index.ts";
import { arbitraryEvent, arbitraryPlan, arbitraryRoutedPlan, ruleOf } from "./testing/arbitrary.ts";

const runs = Number(process.env["SIGMA_RUNS"] ?? 1_000);

function agree(plans: readonly Expr[], events: readonly SigmaEvent[], rounds = 1): void {
  const rules = plans.map((plan, number) => ruleOf(plan, number));
  const expected = events.map((event) => rules.filter(({ plan }) => evaluate(plan, event)).map(({ id }) => id));
  for (const index of [true, false]) {
    const matcher = compileMatcher(rules, { index });
    for (let round = 0; round < (index ? rounds : 1); round++) {
      events.forEach((event, at) => {
        const found = matcher.match(event).map(({ id }) => id);
        assert.deepEqual(found, expected[at], `event ${at} in round ${round}, ${index ? "with" : "without"} index`);
      });
    }
  }
}

test("whatever the rules and events, the matcher finds with and without its index what the reference evaluator finds", () => {
  const plans = fc.array(arbitraryPlan, { maxLength: 12 });
  const events = fc.array(arbitraryEvent, { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(plans, events, (plans, events) => agree(plans, events)),
    { numRuns: runs },
  );
});

test("rules that demand values of one field are found as well, whatever value it has, or several, or none", () => {
  const plans = fc.array(arbitraryRoutedPlan, { minLength: 4, maxLength: 20 });
  const events = fc.array(arbitraryEvent, { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(plans, events, (plans, events) => agree(plans, events)),
    { numRuns: runs },
  );
});

test("what the matcher learns from traffic changes nothing of what it finds", () => {
  const plans = fc.array(fc.oneof(arbitraryPlan, arbitraryRoutedPlan), { minLength: 3, maxLength: 12 });
  const events = fc.array(arbitraryEvent, { minLength: 20, maxLength: 40 });
  fc.assert(
    fc.property(plans, events, (plans, events) => agree(plans, events, 100)),
    { numRuns: Math.ceil(runs / 50) },
  );
});

test("no match allocates: the empty answer is one shared array", () => {
  const matcher = compileMatcher([]);
  const [event] = fc.sample(arbitraryEvent, 1) as [SigmaEvent];
  assert.equal(matcher.match(event), matcher.match(event));
});
