import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { idInstant, isId, makeId } from "./id.ts";
import { instant } from "./instant.ts";

const moment = fc.integer({ min: 0, max: 253_402_300_799_999 }).map(instant);
const tenBytes = fc.uint8Array({ minLength: 10, maxLength: 10 });

test("an id tells when it was made, and of what kind it is", () => {
  fc.assert(
    fc.property(moment, tenBytes, (at, random) => {
      const id = makeId("person", at, random);
      assert.ok(isId("person", id));
      assert.ok(!isId("session", id));
      assert.equal(idInstant(id), at);
    }),
  );
});

test("ids made later sort later", () => {
  fc.assert(
    fc.property(moment, moment, tenBytes, tenBytes, (a, b, left, right) => {
      fc.pre(a < b);
      assert.ok(makeId("x", a, left) < makeId("x", b, right));
    }),
  );
});

test("an id is a UUIDv7: version 7, variant 10", () => {
  fc.assert(
    fc.property(moment, tenBytes, (at, random) => {
      let bits = 0n;
      for (const c of makeId("x", at, random).slice(2))
        bits = bits * 32n + BigInt("0123456789abcdefghjkmnpqrstvwxyz".indexOf(c));
      assert.equal((bits >> 76n) & 15n, 7n);
      assert.equal((bits >> 62n) & 3n, 2n);
    }),
  );
});

test("text that is no id of the kind is not taken for one", () => {
  for (const text of ["", "person", "person_", "person_0", `person_${"u".repeat(26)}`, `person_8${"0".repeat(25)}`])
    assert.ok(!isId("person", text), text);
});
