import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { evaluate } from "../match/evaluate.ts";
import { arbitraryBody, arbitraryPlan, jsonBytes, testKind } from "../match/testing/arbitrary.ts";
import { ANY, type Expr, type Pattern } from "../plan.ts";
import { meetsWordNeeds, wordNeeds } from "./word-needs.ts";

test("the words of every event that a plan holds for are what the plan needs, however its JSON is set", () =>
  fc.assert(
    fc.property(arbitraryPlan, arbitraryBody, fc.nat(3), (plan, body, style) => {
      if (!evaluate(plan, { kind: testKind, body })) return;
      const plain = JSON.stringify(JSON.parse(Buffer.from(jsonBytes(body, style)).toString()));
      for (const text of [JSON.stringify(body), JSON.stringify(body, undefined, style), plain])
        assert.ok(meetsWordNeeds(wordNeeds(plan), wordsOf(text)), text);
    }),
    { numRuns: 4_000 },
  ));

/** Texts that JSON, words and escapes tear apart in every way. */
const awkward = fc
  .array(
    fc.constantFrom(
      "\\",
      "n",
      "t",
      "r",
      "k",
      "K",
      "\u212a",
      "\n",
      "\b",
      "\u0001",
      '"',
      ".",
      " ",
      "evil",
      "1",
      "e",
      "é",
      "{",
      "/",
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));

test("a text that is looked for anywhere, at an end or as a whole is found by its words in every value that has it", () =>
  fc.assert(
    fc.property(
      awkward,
      awkward,
      awkward,
      fc.boolean(),
      fc.boolean(),
      fc.nat(2),
      (before, text, behind, start, end, inside) => {
        const pattern: Pattern = [
          ...(start ? [ANY] : []),
          ...(text === "" ? [] : [text]),
          ...(end ? [ANY] : []),
        ] as Pattern;
        const value = `${start ? before : ""}${text}${end ? behind : ""}`;
        const body = { f: inside === 0 ? value : inside === 1 ? [value, 1] : { g: value } };
        const plan = like(pattern);
        if (evaluate(plan, { kind: testKind, body }))
          assert.ok(meetsWordNeeds(wordNeeds(plan), wordsOf(JSON.stringify(body))));
      },
    ),
    { numRuns: 4_000 },
  ));

test("whole words are told from parts of words by what is certain to stand beside them", () => {
  assert.deepEqual(wordNeeds(like([ANY, "\\evil.exe"])), { all: [{ words: ["evil"] }, { words: ["exe"] }] });
  assert.deepEqual(wordNeeds(like([ANY, "lsadump", ANY])), { part: "lsadump" });
  assert.deepEqual(wordNeeds(like([ANY, " -enc ", ANY])), { words: ["enc"] });
  assert.deepEqual(wordNeeds(like([ANY, "\\net.exe"])), { all: [{ words: ["net", "et"] }, { words: ["exe"] }] });
  assert.deepEqual(wordNeeds(like([ANY, "mimikatz", ANY])), { part: "mimi" });
  assert.deepEqual(wordNeeds(like(["mimikatz"])), { words: ["mimikatz", "mimi\u212aatz"] });
  assert.equal(wordNeeds(like([ANY, "1.5", ANY])), true);
});

function like(pattern: Pattern): Expr {
  const origin = { selection: "selection", key: "f", value: "", line: 1, column: 1 };
  return { kind: "field", field: "f", test: { op: "like", pattern, cased: false }, origin };
}

/** As the engine makes them: `splitByNonAlpha` of the searched text, whose case is folded in ASCII alone. */
function wordsOf(json: string): Set<string> {
  const searched = json
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replaceAll("\\\\", "/")
    .replaceAll("\\n", " ")
    .replaceAll("\\r", " ")
    .replaceAll("\\t", " ");
  // oxlint-disable-next-line no-control-regex -- the tokenizer cuts at every one of them
  return new Set(searched.split(/[\0-/:-@[-`{-\x7f]+/).filter((word) => word !== ""));
}
