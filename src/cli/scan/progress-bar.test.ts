import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { line } from "./progress-bar.ts";

test("the bar is one line, never as wide as the terminal, and tells events, findings and rate", () => {
  fc.assert(
    fc.property(
      fc.record({ events: fc.nat(), findings: fc.nat(), consumed: fc.nat() }),
      fc.option(fc.nat(), { nil: undefined }),
      fc.nat(10_000_000),
      fc.integer({ min: 20, max: 300 }),
      (progress, total, elapsed, width) => {
        const text = line(progress, total, elapsed, width);
        assert.ok(text.length < width);
        assert.doesNotMatch(text, /\p{Cc}/u);
        if (width > 90) assert.ok(text.includes(`${progress.events.toLocaleString("en")} events`));
      },
    ),
  );
});

test("how far it is and what is left are told where the size of the input is known", () => {
  const half = { events: 5000, findings: 12, consumed: 50 };
  assert.match(line(half, 100, 10_000, 100), /^━+─+ +50 % {2}5,000 events {2}12 findings {2}500\/s {2}10 s left$/);
  assert.equal(line(half, undefined, 10_000, 100), "5,000 events  12 findings  500/s");
});
