import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { canonicalJson } from "#kernel";
import { isCanonical } from "./is-canonical.ts";

function slowly(value: unknown, text: string): boolean {
  try {
    return canonicalJson(value) === text;
  } catch {
    return false;
  }
}

const awkward = fc.constantFrom(
  "10",
  "9",
  "01",
  "__proto__",
  "a",
  "\u{1f600}",
  "\ue000",
  "\ud800",
  "\\ud800",
  "é",
  "\u2028",
  "",
);
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, 0, -0, 1e21, 1e-7, 0.1, 2 ** 53),
    awkward,
    fc.string({ unit: "binary" }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.oneof(awkward, fc.string()), tie("value"), { maxKeys: 5, noNullPrototype: true }),
  ),
})).value;

test("canonical is what the kernel spells and nothing else, whichever way it is found out", () => {
  fc.assert(
    fc.property(values, fc.nat(), (value, at) => {
      const texts = [JSON.stringify(value), JSON.stringify(value, undefined, 1)];
      try {
        texts.push(canonicalJson(value));
      } catch {
        // A lone surrogate: it has no canonical spelling.
      }
      for (const text of texts) {
        const read: unknown = JSON.parse(text);
        assert.equal(isCanonical(read, text), slowly(read, text), text);
        const cut = text.slice(0, at % (text.length + 1));
        assert.equal(isCanonical(read, cut), slowly(read, cut), cut);
      }
    }),
    { numRuns: 2_000 },
  );
});
