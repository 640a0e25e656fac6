import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fullBucket, refilled, taken, waitOf } from "./token-bucket.ts";

const step = fc.record({ pause: fc.nat(5_000), units: fc.nat(10_000) });

test("over any traffic no more passes than the burst, the rate's share of the time and one delivery", () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000 }),
      fc.integer({ min: 1, max: 5_000 }),
      fc.array(step),
      (rate, burst, steps) => {
        const limit = { perSecond: rate, burst };
        let now = 0;
        let passed = 0;
        let largest = 0;
        let bucket = fullBucket(limit, 0);
        for (const { pause, units } of steps) {
          now += pause;
          bucket = refilled(bucket, limit, now);
          if (waitOf(bucket, limit) > 0) continue;
          bucket = taken(bucket, units);
          passed += units;
          largest = Math.max(largest, units);
          assert.ok(passed <= burst + (now * rate) / 1_000 + largest + 1e-6);
        }
      },
    ),
  ));

test("whoever waits as long as told may pass", () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000 }),
      fc.integer({ min: 1, max: 5_000 }),
      fc.nat(100_000),
      (rate, burst, units) => {
        const limit = { perSecond: rate, burst };
        const drawn = taken(fullBucket(limit, 0), units);
        assert.equal(waitOf(refilled(drawn, limit, waitOf(drawn, limit)), limit), 0);
      },
    ),
  ));
