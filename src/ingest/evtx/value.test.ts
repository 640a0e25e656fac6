import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Budget, decodingLimits } from "./budget.ts";
import { ChunkBytes } from "./chunk-bytes.ts";
import type { ValueDraft } from "./testing/bin-xml-writer.ts";
import { ticks, write } from "./testing/values.ts";
import { decodeArray, decodeValue } from "./value.ts";

function budget(): Budget {
  const spare = new Budget(decodingLimits);
  spare.nextRecord();
  return spare;
}

function decode(draft: ValueDraft, array = false): unknown {
  assert.ok("bytes" in draft);
  const { type, bytes } = draft;
  return (array ? decodeArray : decodeValue)(
    new ChunkBytes(Uint8Array.from([9, ...bytes, 9])),
    budget(),
    type,
    1,
    bytes.length,
  );
}

test("every type of value is read as what it says", () => {
  assert.equal(decode(write.nothing()), undefined);
  assert.equal(decode(write.text("Grüße, 世界 🌍")), "Grüße, 世界 🌍");
  assert.equal(decode(write.text("seen\0hidden")), "seen");
  assert.equal(decode(write.text("")), undefined);
  assert.equal(decode({ type: 2, bytes: Uint8Array.of(0x80, 0x35, 0) }), "€5");
  assert.equal(decode(write.int8(-5)), -5);
  assert.equal(decode(write.uint8(250)), 250);
  assert.equal(decode(write.int16(-3000)), -3000);
  assert.equal(decode(write.uint16(65_535)), 65_535);
  assert.equal(decode(write.int32(-70_000)), -70_000);
  assert.equal(decode(write.uint32(4_000_000_000)), 4_000_000_000);
  assert.equal(decode(write.real32(1.1)), 1.1);
  assert.equal(decode(write.real64(-0.1)), -0.1);
  assert.equal(decode(write.real64(Number.POSITIVE_INFINITY)), "1.#INF");
  assert.equal(decode(write.real64(Number.NaN)), "-1.#IND");
  assert.equal(decode(write.truth(true)), true);
  assert.equal(decode(write.truth(false)), false);
  assert.equal(decode(write.binary(Uint8Array.of(0xde, 0xad, 0x00))), "DEAD00");
  assert.equal(
    decode(
      write.guid(
        Uint8Array.of(0x5f, 0x38, 0x70, 0x57, 0x2a, 0xc2, 0xe0, 0x43, 0xbf, 0x4c, 6, 0xf5, 0x69, 0x8f, 0xfb, 0xd9),
      ),
    ),
    "5770385F-C22A-43E0-BF4C-06F5698FFBD9",
  );
  assert.equal(decode(write.size32(255)), "0xff");
  assert.equal(decode(write.size64(0x1234567890n)), "0x1234567890");
  assert.equal(decode(write.hex32(0x8000_0001)), "0x80000001");
  assert.equal(decode(write.hex64(0x8000000000000000n)), "0x8000000000000000");
  assert.equal(decode(write.sid(5, 21, 2_555_720_767, 1001)), "S-1-5-21-2555720767-1001");
  assert.equal(
    decode(write.fileTime(ticks(Date.UTC(2025, 9, 25, 13, 21, 33, 116), 889))),
    "2025-10-25T13:21:33.116889Z",
  );
  assert.equal(decode(write.systemTime([2024, 2, 4, 29, 23, 59, 58, 7])), "2024-02-29T23:59:58.007000Z");
});

test("times outside the calendar are kept as numbers, not turned into others", () => {
  assert.equal(decode(write.fileTime(0n)), "1601-01-01T00:00:00.000000Z");
  assert.equal(decode(write.fileTime(0xffffffffffffffffn)), "0xffffffffffffffff");
  assert.equal(decode(write.systemTime([2023, 2, 0, 30, 1, 2, 3, 4])), "2023-02-30T01:02:03.004000Z");
});

test("64-bit integers are exact: numbers up to 2^53, decimal text beyond", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }), (value) => {
      const read = decode(write.int64(value));
      assert.equal(typeof read, Number.isSafeInteger(Number(value)) ? "number" : "string");
      assert.equal(BigInt(read as number | string), value);
    }),
  );
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), (value) => {
      assert.equal(BigInt(decode(write.uint64(value)) as number | string), value);
      assert.equal(decode(write.hex64(value)), `0x${value.toString(16)}`);
    }),
  );
});

test("every FILETIME of a year that RFC 3339 has is exact to the microsecond", () => {
  const last = ticks(Date.UTC(9999, 11, 31, 23, 59, 59, 999));
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: last }), (value) => {
      const microseconds = value / 10n - 11_644_473_600_000_000n;
      const milliseconds = microseconds >= 0n ? microseconds / 1000n : (microseconds - 999n) / 1000n;
      const rest = String(microseconds - milliseconds * 1000n).padStart(3, "0");
      const expected = new Date(Number(milliseconds)).toISOString().replace("Z", `${rest}Z`);
      assert.equal(decode(write.fileTime(value)), expected);
    }),
  );
});

test("arrays give each of their items", () => {
  assert.deepEqual(decode(write.texts(["a", "", "Ωmega"]), true), ["a", "", "Ωmega"]);
  assert.deepEqual(decode({ type: 0x81, bytes: Buffer.from("a\0b", "utf16le") }, true), ["a", "b"]);
  assert.deepEqual(decode({ type: 0x82, bytes: Buffer.from("one\0two\0", "latin1") }, true), ["one", "two"]);
  assert.deepEqual(decode(write.array([1, 2, 65_535].map(write.uint16)), true), [1, 2, 65_535]);
  assert.deepEqual(decode(write.array([write.sid(5, 18), write.sid(5, 32, 544)]), true), ["S-1-5-18", "S-1-5-32-544"]);
  assert.deepEqual(decode(write.array([true, false].map(write.truth)), true), [true, false]);
  assert.deepEqual(decode(write.array([write.hex64(1n), write.hex64(2n)]), true), ["0x1", "0x2"]);
  assert.deepEqual(decode(write.array([write.size64(1n), write.size64(2n)]), true), ["0x1", "0x2"]);
});

test("no byte of a value of unknown type or impossible size is lost", () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 0x7f }), fc.uint8Array({ minLength: 1, maxLength: 40 }), (type, bytes) => {
      const read = decode({ type, bytes });
      const known = type <= 0x15;
      if (!known) assert.equal(read, Buffer.from(bytes).toString("hex").toUpperCase());
      else assert.notEqual(read, undefined);
    }),
  );
});
