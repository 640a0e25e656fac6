import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compileMatcher, evaluate } from "../index.ts";
import { arbitraryEvent, arbitraryPlan, ruleOf } from "./testing/arbitrary.ts";

test("whatever the rules and events, the matcher finds with and without its index what the reference evaluator finds", () => {
  fc.assert(
    fc.property(
      fc.array(arbitraryPlan, { maxLength: 12 }),
      fc.array(arbitraryEvent, { minLength: 1, maxLength: 12 }),
      (plans, events) => {
        const rules = plans.map((plan, number) => ruleOf(plan, number));
        const indexed = compileMatcher(rules);
        const asking = compileMatcher(rules, { index: false });
        for (const event of events) {
          const expected = rules.filter(({ plan }) => evaluate(plan, event)).map(({ id }) => id);
          assert.deepEqual(
            asking.match(event).map(({ id }) => id),
            expected,
            "without index",
          );
          assert.deepEqual(
            indexed.match(event).map(({ id }) => id),
            expected,
            "with index",
          );
        }
      },
    ),
    { numRuns: Number(process.env["SIGMA_RUNS"] ?? 2_000) },
  );
});
