import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { KeyDrift } from "./key-drift.ts";

function hours(drift: KeyDrift, count: number, record: (hour: number, n: number) => string[]): string[] {
  const said: string[] = [];
  for (let hour = 0; hour < count; hour += 1) {
    for (let n = 0; n < 60; n += 1) drift.sampled(record(hour, n));
    said.push(...drift.hourOver());
  }
  return said;
}

test("a mixture of records that goes up and down by the hour is no drift", () =>
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "b", "c"), { minLength: 3, maxLength: 24 }), (night) => {
      const drift = new KeyDrift();
      const said = hours(drift, 400, (hour, n) => ["id", ...(n % 3 === 0 ? [night[hour % night.length]!] : ["a"])]);
      assert.deepEqual(said, []);
    }),
    { numRuns: 20 },
  ));

test("a key that comes for good and one that goes for good are each said once", () => {
  const drift = new KeyDrift();
  assert.deepEqual(
    hours(drift, 100, () => ["id", "user"]),
    [],
  );
  assert.deepEqual(
    hours(drift, 50, () => ["id", "account"]),
    ["+account", "-user"],
  );
  assert.deepEqual(
    hours(drift, 50, () => ["id", "account"]),
    [],
  );
});

test("one hour that is odd, or a few odd records in each, is no drift", () => {
  const drift = new KeyDrift();
  hours(drift, 100, () => ["id", "user"]);
  assert.deepEqual(
    hours(drift, 1, () => ["odd"]),
    [],
  );
  assert.deepEqual(
    hours(drift, 100, (_, n) => ["id", "user", ...(n === 0 ? ["rare"] : [])]),
    [],
  );
});

test("whatever keys a sender invents, what is followed is bounded, and outlives a restart", () => {
  const drift = new KeyDrift();
  hours(drift, 40, (hour, n) => ["id", ...Array.from({ length: 50 }, (_, at) => `k${hour}-${n}-${at}`)]);
  assert.ok(drift.state.keys.length <= 300);
  const again = new KeyDrift(JSON.parse(JSON.stringify(drift.state)) as KeyDrift["state"]);
  assert.deepEqual(again.state, drift.state);
  assert.ok(again.state.keys.some(([key]) => key === "id"));
});
