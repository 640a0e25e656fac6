import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatInstant, instant, parseInstant } from "./instant.ts";

test("what is formatted reads back the same, for every year from 0000 to 9999", () => {
  fc.assert(
    fc.property(fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }), (ms) => {
      assert.equal(parseInstant(formatInstant(instant(ms))), ms);
    }),
  );
});

test("offsets and fractions are read as RFC 3339 means them", () => {
  assert.equal(parseInstant("1996-12-19T16:39:57-08:00"), Date.UTC(1996, 11, 20, 0, 39, 57));
  assert.equal(parseInstant("2026-01-01t00:00:00.123456789z"), Date.UTC(2026, 0, 1, 0, 0, 0, 123));
  assert.equal(parseInstant("2026-01-01T00:00:00.5+05:30"), Date.UTC(2025, 11, 31, 18, 30, 0, 500));
});

test("dates that no calendar has are refused", () => {
  for (const text of [
    "2026-02-30T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-01-01T24:00:00Z",
    "2026-01-01",
    "now",
    "2026-01-01T00:00:00+24:00",
  ])
    assert.equal(parseInstant(text), undefined, text);
});

test("fractions of a millisecond and moments past the year 9999 are no instants", () => {
  for (const ms of [0.5, Number.NaN, 253_402_300_800_000]) assert.throws(() => instant(ms), RangeError);
});
