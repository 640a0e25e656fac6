import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ANY, ONE, type Pattern } from "../plan.ts";
import { anywhere, atEnd, atStart, formatPattern, joinParts, literalOf, parsePattern } from "./text-pattern.ts";

const part = fc.oneof(
  fc.constantFrom(ANY, ONE),
  fc.string({ unit: fc.constantFrom("\\", "*", "?", "a", "é", "%"), minLength: 1, maxLength: 6 }),
);
const patterns = fc.array(part, { maxLength: 6 }).map(joinParts);

test("any pattern can be written as a Sigma string and reads back as itself", () => {
  fc.assert(fc.property(patterns, (pattern) => assert.deepEqual(parsePattern(formatPattern(pattern)), pattern)));
});

test("reading is settled: what a string means doesn't change when it is written anew", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("\\", "*", "?", "a") }), (text) => {
      const once = parsePattern(text);
      assert.deepEqual(parsePattern(formatPattern(once)), once);
    }),
  );
});

test("the escapes of the specification mean what it says", () => {
  const table: [string, Pattern][] = [
    ["C:\\Windows\\cmd.exe", ["C:\\Windows\\cmd.exe"]],
    ["a\\b", ["a\\b"]],
    ["a\\\\b", ["a\\b"]],
    ["\\*", ["*"]],
    ["\\?", ["?"]],
    ["\\\\*", ["\\", ANY]],
    ["\\\\?", ["\\", ONE]],
    ["\\\\\\*", ["\\*"]],
    ["\\\\\\", ["\\\\"]],
    ["\\\\\\\\", ["\\\\"]],
    ["a\\\\\\\\b", ["a\\\\b"]],
    ["a\\\\\\b", ["a\\\\b"]],
    ["prog?.exe", ["prog", ONE, ".exe"]],
    ["antivirus_V*.exe", ["antivirus_V", ANY, ".exe"]],
    ["**", [ANY]],
    ["", []],
    ["dir\\", ["dir\\"]],
  ];
  for (const [text, pattern] of table) assert.deepEqual(parsePattern(text), pattern, text);
});

test("a place modifier adds a wildcard once, however often it is asked", () => {
  fc.assert(
    fc.property(patterns, (pattern) => {
      for (const place of [anywhere, atStart, atEnd]) assert.deepEqual(place(place(pattern)), place(pattern));
      assert.deepEqual(atEnd(atStart(pattern)), anywhere(pattern));
    }),
  );
});

test("a literal is a pattern without wildcards, the empty text included", () => {
  assert.equal(literalOf(parsePattern("")), "");
  assert.equal(literalOf(parsePattern("\\*x")), "*x");
  assert.equal(literalOf(parsePattern("*x")), undefined);
});
