import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseRow } from "./parse-row.ts";

test("a row parses as JSON does, or is refused where a whole number would change", () =>
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (row) => {
      const spelled = JSON.stringify(row);
      const changes = /(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/.test(spelled.replace(/"(?:[^"\\]|\\.)*"/g, '""'));
      if (!changes) assert.deepEqual(parseRow(spelled), JSON.parse(spelled));
    }),
  ));

test("every whole number comes back exactly, or is refused", () =>
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), (number) => {
      const spelled = `{"n":${number}}`;
      const safe = number >= BigInt(Number.MIN_SAFE_INTEGER) && number <= BigInt(Number.MAX_SAFE_INTEGER);
      if (safe) assert.deepEqual(parseRow(spelled), { n: Number(number) });
      else assert.throws(() => parseRow(spelled), RangeError);
    }),
  ));
