import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Heap } from "./heap.ts";

test("values come out by key, those of equal key in the order they went in, also after some were let go", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5)), fc.nat(3), (keys, modulus) => {
      const heap = new Heap<{ key: number; place: number }>();
      const values = keys.map((key, place) => ({ key, place }));
      for (const value of values) heap.push(value.key, value);
      const wanted = (value: { place: number }) => value.place % 4 !== modulus;
      heap.keep(wanted);
      const expected = values.filter(wanted).toSorted((a, b) => a.key - b.key || a.place - b.place);
      assert.deepEqual(heap.inOrder(), expected);
      const out = [];
      while (heap.size > 0) {
        assert.equal(heap.least, expected[out.length]!.key);
        out.push(heap.pop());
      }
      assert.deepEqual(out, expected);
      assert.equal(heap.pop(), undefined);
    }),
  );
});
