import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ExactSum } from "./exact-sum.ts";
import { createFigure } from "./figure.ts";
import { at, bounds, correlation, run, setOf } from "./testing/fixtures.ts";

test("a percentile is the nearest rank, for every tenth of a percent of up to 200 numbers", () => {
  for (let tenths = 0; tenths <= 1000; tenths++) {
    const percentile = tenths / 10;
    const figure = createFigure({ ...percentiles, percentile });
    for (let size = 1; size <= 200; size++) {
      figure.add([size]);
      // The least rank with 1000 rank >= tenths * size, in whole numbers.
      const over = (tenths * size) % 1000;
      const rank = (tenths * size - over) / 1000 + (over > 0 ? 1 : 0);
      assert.equal(figure.value, Math.max(1, rank), `${percentile} of ${size}`);
    }
  }
});

test("a percentile with decimals has its exact rank: 64.4 % of 250 numbers are 161", () => {
  const figure = createFigure({ ...percentiles, percentile: 64.4 });
  figure.add(Array.from({ length: 250 }, (_, i) => i + 1));
  assert.equal(figure.value, 161);
});

const percentiles = { kind: "figure", figure: "percentile", needs: 1, holds: () => true, atEnd: false } as const;

test("a sum is as if computed anew, to the last bit, however large the numbers that came and went", () => {
  const number = fc.double({ min: -1e300, max: 1e300, noNaN: true });
  const small = fc.double({ min: -100, max: 100, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.oneof(number, small)), fc.array(fc.oneof(number, small)), (stay, go) => {
      const anew = new ExactSum();
      for (const one of stay) anew.add(one);
      const used = new ExactSum();
      for (const one of [...go, ...stay]) used.add(one);
      for (const one of go) used.add(-one);
      assert.equal(used.value, anew.value);
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.maxSafeInteger()), (whole) => {
      const sum = new ExactSum();
      for (const one of whole) sum.add(one);
      const exact = whole.reduce((total, one) => total + BigInt(one), 0n);
      assert.equal(sum.value, Number(exact));
    }),
  );
  const aboveHalf = new ExactSum();
  for (const one of [2 ** -106, 1, 2 ** -53]) aboveHalf.add(one);
  assert.equal(aboveHalf.value, 1 + 2 ** -52);
});

test("only plain numbers are numbers: other text adds nothing, and alone gives no figure", () => {
  const set = setOf(correlation({ type: "value_sum", condition: bounds("gte", -1e9, ["amount"]) }));
  const texts = ["", " ", "0x10", "Infinity", "NaN", "1e999", "ten", "1,5"];
  assert.deepEqual(run(set, [at("a", 0, { amount: texts }), at("a", 1)]).found, []);
  const { found } = run(set, [at("a", 0, { amount: ["-2", "1.5", "1e2", ...texts] })]);
  assert.equal(found[0]!.value, 99.5);
});

test("values of several fields count as combinations, and an event that lacks one of them has none", () => {
  const set = setOf(correlation({ type: "value_count", condition: bounds("gte", 1, ["f", "g"]) }));
  const values = (fields: Record<string, string[]>) => run(set, [at("a", 0, fields)]).found.map((match) => match.value);
  assert.deepEqual(values({ f: ["x"] }), []);
  assert.deepEqual(values({ f: ["x"], g: ["y"] }), [1]);
  assert.deepEqual(values({ f: ["x", "y"], g: ["x", "y", "y"] }), [4]);
});

test("a value that is there twice is one value until both have left the window", () => {
  const set = setOf(correlation({ type: "value_count", condition: bounds("gte", 2, ["user"]) }));
  const seen = (["u", "u", "v"] as const).map((user, i) => at("a", i * 5, { user: [user] }));
  assert.deepEqual(
    run(set, seen).found.map((match) => [match.time, match.value, match.count]),
    [[10, 2, 2]],
  );
});
