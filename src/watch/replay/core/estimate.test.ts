import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { estimateCount } from "./estimate.ts";
import {
  costOf,
  type CountedStripe,
  evenSample,
  leastSample,
  newestWithin,
  shorterLength,
  slicesOf,
  spreadOut,
  stripeLengthFor,
} from "./stripe-plan.ts";

const stripes = fc
  .array(fc.record({ candidates: fc.integer({ min: 1, max: 5_000 }), granules: fc.integer({ min: 1, max: 50 }) }), {
    minLength: 1,
    maxLength: 900,
  })
  .map((all) => all.map((one, stripe): CountedStripe => ({ stripe, ...one })));

test("the true number lies within the bounds in nine of ten estimates and more", () => {
  let state = 7;
  const random = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  let held = 0;
  const rounds = 300;
  for (let round = 0; round < rounds; round++) {
    const rate = 0.02 + random() * 0.5;
    const all = Array.from({ length: 600 }, (_, stripe) => {
      const candidates = 10 + Math.floor(random() * 400);
      // By day there is more than at night, and some hours are unlike all others.
      const own = rate * (1 + 0.5 * Math.sin(stripe / 4)) * (random() < 0.02 ? 2 : 1);
      let found = 0;
      for (let at = 0; at < candidates; at++) if (random() < own) found++;
      return { stripe, candidates, granules: 1, found };
    });
    const sample = evenSample(all, all.reduce((sum, one) => sum + costOf(one), 0) / 8) as typeof all;
    const candidates = all.reduce((sum, one) => sum + one.candidates, 0);
    const { low, high } = estimateCount(sample, { stripes: all.length, candidates });
    const truth = all.reduce((sum, one) => sum + one.found, 0);
    if (low <= truth && truth <= high) held++;
  }
  assert.ok(held / rounds >= 0.9, `${held} of ${rounds}`);
});

test("all that was looked at is no estimate, and nothing found is no proof of nothing", () => {
  const sample = [{ candidates: 10, found: 3 }];
  assert.deepEqual(estimateCount(sample, { stripes: 1, candidates: 10 }), { count: 3, low: 3, high: 3 });
  const none = estimateCount([{ candidates: 100, found: 0 }], { stripes: 50, candidates: 5_000 });
  assert.equal(none.count, 0);
  assert.equal(none.high, 150);
});

test("a sample is spread evenly, has no stripe twice and is as large as the budget lets it be", () =>
  fc.assert(
    fc.property(stripes, fc.integer({ min: 1, max: 20_000 }), (all, budget) => {
      const sample = evenSample(all, budget);
      assert.equal(new Set(sample).size, sample.length);
      assert.ok(sample.length >= Math.min(all.length, leastSample));
      const gaps = sample.slice(1).map(({ stripe }, at) => stripe - sample[at]!.stripe);
      assert.ok(gaps.length === 0 || Math.max(...gaps) - Math.min(...gaps) <= 1);
    }),
  ));

test("a sample that is cut short is still one of all of the time", () =>
  fc.assert(
    fc.property(fc.integer({ min: 16, max: 400 }), fc.double({ min: 0.3, max: 1, noNaN: true }), (size, share) => {
      const all = Array.from({ length: size }, (_, at) => at);
      const order = spreadOut(all);
      assert.deepEqual(
        order.toSorted((a, b) => a - b),
        all,
      );
      const some = order.slice(0, Math.ceil(size * share)).sort((a, b) => a - b);
      const gaps = some.slice(1).map((place, at) => place - some[at]!);
      assert.ok(Math.max(...gaps, some[0]!, size - 1 - some.at(-1)!) <= 4 / share);
    }),
  ));

test("slices hold every stripe once, in order, within the time asked about", () =>
  fc.assert(
    fc.property(stripes, fc.boolean(), (all, together) => {
      const span = { from: 500, to: all.length * 1_000 - 300 };
      const slices = slicesOf(all, 1_000, span, { together });
      assert.deepEqual(
        slices.flatMap((slice) => slice.stripes),
        all,
      );
      for (const [at, { from, to }] of slices.entries()) {
        assert.ok(from < to && from >= span.from && to <= span.to);
        if (at > 0) assert.ok(from >= slices[at - 1]!.to);
      }
    }),
  ));

test("the newest stripes within a budget end the time and leave no gap", () =>
  fc.assert(
    fc.property(stripes, fc.integer({ min: 0, max: 20_000 }), (all, budget) => {
      const some = newestWithin(all, budget);
      assert.ok(some.length > 0);
      assert.deepEqual(some, all.slice(-some.length));
      if (some.length > 1) assert.ok(some.reduce((sum, one) => sum + costOf(one), 0) <= budget);
    }),
  ));

test("stripes are no more than are worth counting, and shorter where one alone would use the budget up", () => {
  assert.equal(stripeLengthFor({ from: 0, to: 30 * 86_400_000 }), 3_600_000);
  assert.equal(stripeLengthFor({ from: 0, to: 600_000 }), 1_000);
  const heavy = [{ stripe: 0, candidates: 1_000_000, granules: 1_000 }];
  assert.ok(shorterLength(heavy, 3_600_000, 6_000)! < 60_000);
  assert.equal(shorterLength([{ stripe: 0, candidates: 10, granules: 1 }], 3_600_000, 6_000), undefined);
});
