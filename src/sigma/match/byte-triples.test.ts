import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ByteTriples } from "./byte-triples.ts";
import { textRoom, tripleScanner } from "./triple-scanner.ts";

const scanner = tripleScanner();
assert.ok(scanner !== undefined, "every processor that we build for has SIMD");

const byte = fc.oneof(fc.constantFrom(...Buffer.from('aAzZ\\u02/:"@`{[')), fc.nat(255));
const lowerByte = byte.map((one) => (one >= 0x41 && one <= 0x5a ? one + 0x20 : one));
const triple = fc.tuple(lowerByte, lowerByte, lowerByte).map((bytes) => Uint8Array.from(bytes));
const triples = fc.array(triple, { minLength: 1, maxLength: 30 });

/** The places the scan offers, and those where a triple does lie. */
function places(sought: readonly Uint8Array[], text: Uint8Array): { offered: number[]; lie: number[] } {
  const offered: number[] = [];
  new ByteTriples(scanner!, sought).some(text, (at) => (offered.push(at), false));
  const keys = new Set(sought.map((bytes) => bytes.join()));
  const small = text.map((one) => (one >= 0x41 && one <= 0x5a ? one + 0x20 : one));
  const lie = Array.from(small.keys()).filter((at) => keys.has(small.subarray(at, at + 3).join()));
  return { offered, lie };
}

test("every place of a triple is offered once, in order, wherever the text lies and ends", () => {
  fc.assert(
    fc.property(triples, fc.array(byte, { maxLength: 120 }), fc.nat(40), (sought, bytes, shift) => {
      const text = Uint8Array.from([...Array<number>(shift).fill(0x61), ...bytes]).subarray(shift);
      const { offered, lie } = places(sought, text);
      assert.deepEqual(
        offered,
        [...new Set(offered)].toSorted((a, b) => a - b),
      );
      assert.ok(lie.every((at) => offered.includes(at)));
      assert.ok(offered.every((at) => at >= 0 && at + 3 <= text.length));
    }),
    { numRuns: Number(process.env["SIGMA_RUNS"] ?? 2_000) },
  );
});

test("up to eight triples are told apart exactly", () => {
  fc.assert(
    fc.property(fc.array(triple, { minLength: 1, maxLength: 8 }), fc.array(byte, { maxLength: 120 }), (some, bytes) => {
      const { offered, lie } = places(some, Uint8Array.from(bytes));
      assert.deepEqual(offered, lie);
    }),
    { numRuns: Number(process.env["SIGMA_RUNS"] ?? 2_000) },
  );
});

test("a triple that lies across two pieces of a long text is found", () => {
  const sought = [Uint8Array.from(Buffer.from("::x"))];
  for (const shift of [-4, -3, -2, -1, 0, 1]) {
    const text = new Uint8Array(3 * textRoom).fill(0x20);
    const at = textRoom + shift;
    text.set(sought[0]!, at);
    assert.deepEqual(places(sought, text).offered, [at]);
  }
});

test("nothing of an earlier, longer text is found again", () => {
  const sought = [Uint8Array.from(Buffer.from("::x"))];
  assert.deepEqual(places(sought, Buffer.from("::x::x::x::x::x::x::x::x::x")).offered.length, 9);
  assert.deepEqual(places(sought, Buffer.from("::")).offered, []);
  assert.deepEqual(places(sought, Buffer.from("")).offered, []);
});
