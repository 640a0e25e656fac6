import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { RegexTest } from "../plan.ts";
import { fold } from "../fold.ts";
import { meetsNeeds, regexNeeds } from "./regex-needs.ts";
import { regexPredicate } from "./regex.ts";

function regex(source: string, ignoreCase = false): RegexTest {
  return { op: "regex", source, ignoreCase, multiline: false, dotAll: false };
}

const atom = fc.constantFrom(
  "a",
  "b",
  "K",
  "s",
  "ſ",
  "σ",
  "1",
  " ",
  "\\.",
  "\\\\",
  "\\d",
  "\\w",
  "\\S",
  ".",
  "[ab]",
  "[^a]",
  "[a-f0-9]",
  "[\\]x-]",
  "[[:alpha:]]",
  "\\x41",
  "\\pL",
  "^",
  "$",
  "\\b",
  "ab",
  "ba1",
  "😀",
  "[Kk]",
  "[ſ]",
  "\\n",
  "[^\\s\\d]",
  "\\-",
  "\\A",
  "{",
  "x{,2}",
);
const quantifier = fc.constantFrom(
  "",
  "",
  "",
  "",
  "*",
  "+",
  "?",
  "{2}",
  "{0,2}",
  "{1,}",
  "{8,}",
  "{9}",
  "+?",
  "{1}",
  "*?",
);
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc
    .array(
      fc.tuple(
        fc.oneof(
          { maxDepth: 3 },
          atom,
          tie("expression").map((inner) => `(${inner})`),
          tie("expression").map((inner) => `(?:${inner})`),
          fc.constantFrom("(?i)", "(?i:aS)", "(?P<n>b)", "(?-i)a"),
        ),
        quantifier,
      ),
      { minLength: 1, maxLength: 5 },
    )
    .map((parts) => parts.map(([part, sign]) => (part.startsWith("(?i)") ? part : part + sign)).join("")),
}));
const source = fc.array(expression, { minLength: 1, maxLength: 3 }).map((branches) => branches.join("|"));
const text = fc
  .array(
    fc.constantFrom(
      "a",
      "A",
      "b",
      "ab",
      "ba1",
      "K",
      "k",
      "K",
      "s",
      "S",
      "ſ",
      "\u212a",
      "σ",
      "Σ",
      "ς",
      "1",
      " ",
      ".",
      "\\",
      "😀",
      "\n",
      "-",
      "]",
      "aaaaaaaaa",
      "f0f0f0f0f",
      "{",
      "x{,2}",
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

test("no text that an expression matches is turned away by what the expression needs", () => {
  fc.assert(
    fc.property(source, fc.boolean(), fc.array(text, { minLength: 1, maxLength: 20 }), (source, ignoreCase, texts) => {
      let matches: (text: string) => boolean;
      try {
        matches = regexPredicate(regex(source, ignoreCase));
      } catch {
        return; // not RE2's syntax
      }
      const needs = regexNeeds(regex(source, ignoreCase));
      for (const one of texts) {
        if (matches(one))
          assert.ok(meetsNeeds(needs, one, fold(one)), JSON.stringify({ source, ignoreCase, one, needs }));
      }
    }),
    { numRuns: Number(process.env["SIGMA_RUNS"] ?? 2_000) },
  );
});

test("expressions as rules have them tell what they need", () => {
  const oneOf = (source: string) => regexNeeds(regex(source)).oneOf;
  assert.deepEqual(oneOf("net\\s+user"), [["net"], ["user"]]);
  assert.deepEqual(oneOf("(?i)\\\\(venv|python(.+)?)\\\\lib"), [["\\"], ["venv", "python"], ["\\lib"]]);
  assert.deepEqual(oneOf("\\.[a-z]{1,6}\\.[ \"']{1}"), [["."], [". ", '."', ".'"]]);
  assert.deepEqual(oneOf("a|b+c"), [["a", "b"]]);
  assert.deepEqual(oneOf("x*y?|z"), []);
  assert.equal(regexNeeds(regex("\\s[a-f0-9]{64}\\s")).stretch?.units, 64);
  assert.equal(regexNeeds(regex(".{1000,}")).stretch?.units, 1_000);
});
