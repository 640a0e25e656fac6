import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createSuppression } from "./suppress.ts";

test("two findings told of the same rule and entity are never closer than the span, whatever the order of time", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ rule: fc.constantFrom("r", "s"), host: fc.constantFrom("a", "b"), time: fc.nat(500) })),
      fc.integer({ min: 1, max: 100 }),
      (list, span) => {
        const suppression = createSuppression({ span });
        const last = new Map<string, number>();
        let told = 0;
        for (const { rule, host, time } of list) {
          if (!suppression.admits(rule, host, time)) continue;
          told++;
          const before = last.get(rule + host);
          assert.ok(before === undefined || Math.abs(time - before) >= span);
          last.set(rule + host, time);
        }
        assert.equal(told + suppression.held, list.length);
      },
    ),
  );
});

test("without a span, and without a time, nothing is held back", () => {
  const off = createSuppression({ span: 0 });
  assert.ok(off.admits("r", "a", 1) && off.admits("r", "a", 1));
  const on = createSuppression({ span: 1000 });
  assert.ok(on.admits("r", "a", Number.NaN) && on.admits("r", "a", Number.NaN));
});

test("memory is bounded: past the cap the pair untouched for longest is forgotten and counted", () => {
  const suppression = createSuppression({ span: 1e9, maxKeys: 10 });
  for (let i = 0; i < 100; i++) suppression.admits("r", String(i), i);
  assert.equal(suppression.forgotten, 90);
});
