import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fold } from "../fold.ts";
import { ANY, ONE, type Pattern } from "../plan.ts";
import { hasShape, shapeOf } from "./like.ts";

/** By the definition, one code point after the other. */
function matches(pattern: readonly (string | typeof ANY | typeof ONE)[], text: readonly string[]): boolean {
  const [part, ...rest] = pattern;
  if (part === undefined) return text.length === 0;
  if (part === ANY) return matches(rest, text) || (text.length > 0 && matches(pattern, text.slice(1)));
  return text.length > 0 && (part === ONE || part === text[0]) && matches(rest, text.slice(1));
}

const character = fc.constantFrom("a", "A", "b", "Σ", "ς", "é", "É", "😀", "𐐀", "𐐨", "İ");
const pattern = fc.array(
  fc.oneof(
    fc.array(character, { maxLength: 3 }).map((all) => all.join("")),
    fc.constantFrom(ANY, ONE),
  ),
  { maxLength: 6 },
);
const text = fc.array(character, { maxLength: 7 }).map((all) => all.join(""));

test("a pattern matches what its definition says, folded or cased, anchored or not", () => {
  fc.assert(
    fc.property(pattern, text, fc.boolean(), fc.boolean(), (pattern, text, cased, unanchored) => {
      const shape = shapeOf({ op: "like", pattern, cased }, unanchored);
      const asked = cased ? text : fold(text);
      const whole: Pattern = unanchored ? [ANY, ...pattern, ANY] : pattern;
      const single = whole.flatMap((part): (string | typeof ANY | typeof ONE)[] =>
        typeof part === "string" ? Array.from(cased ? part : fold(part)) : [part],
      );
      assert.equal(
        hasShape(shape, asked),
        matches(single, Array.from(asked)),
        JSON.stringify({ pattern, text, shape }),
      );
    }),
    { numRuns: 10_000 },
  );
});

test("folding a text folds its parts", () => {
  fc.assert(fc.property(text, text, (a, b) => assert.equal(fold(a + b), fold(a) + fold(b))));
});
