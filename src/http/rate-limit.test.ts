import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RateLimit } from "./rate-limit.ts";

const rate = fc.record({ burst: fc.integer({ min: 1, max: 20 }), every: fc.integer({ min: 1, max: 1_000 }) });
const pauses = fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 200 });

test("in no stretch of time are more allowed than the burst and one for each interval of it", () => {
  fc.assert(
    fc.property(rate, pauses, ({ burst, every }, steps) => {
      let now = 0;
      const limit = new RateLimit({ burst, every, now: () => now });
      const allowed: number[] = [];
      for (const pause of steps) {
        now += pause;
        if (limit.take("a") === 0) allowed.push(now);
      }
      for (const [first, from] of allowed.entries())
        for (const [last, until] of allowed.entries())
          if (last >= first) assert.ok(last - first + 1 <= burst + (until - from) / every);
    }),
  );
});

test("whoever waits as long as they are told is let in, and a moment earlier is not", () => {
  fc.assert(
    fc.property(rate, pauses, ({ burst, every }, steps) => {
      let now = 0;
      const limit = new RateLimit({ burst, every, now: () => now });
      for (const pause of steps) {
        now += pause;
        const wait = limit.take("a");
        if (wait === 0) continue;
        now += wait - 1;
        assert.notEqual(limit.take("a"), 0);
        now += 1;
        assert.equal(limit.take("a"), 0);
      }
    }),
  );
});

test("one address does not use up another one's share", () => {
  const limit = new RateLimit({ burst: 2, every: 1_000, now: () => 0 });
  assert.deepEqual([limit.take("a"), limit.take("a"), limit.take("a"), limit.take("b")], [0, 0, 1_000, 0]);
});

test("what is given back was never taken", () => {
  const limit = new RateLimit({ burst: 1, every: 1_000, now: () => 0 });
  for (let times = 0; times < 10; times += 1) {
    assert.equal(limit.take("a"), 0);
    limit.giveBack("a");
  }
  limit.giveBack("never seen");
  assert.equal(limit.size, 0);
});

test("a million addresses take no more memory than the most keys, and the quiet ones are forgotten first", () => {
  let now = 0;
  const limit = new RateLimit({ burst: 1, every: 3_600_000, now: () => now, mostKeys: 100 });
  for (let address = 0; address < 1_000_000; address += 1) {
    now += 1;
    limit.take(String(address));
    if (address % 50 === 0) limit.take("busy");
  }
  assert.equal(limit.size, 100);
  assert.notEqual(limit.take("999999"), 0);
  assert.equal(limit.take("0"), 0);
});
