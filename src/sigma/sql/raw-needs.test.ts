import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fold } from "../fold.ts";
import { evaluate } from "../match/evaluate.ts";
import { arbitraryBody, arbitraryPlan, jsonBytes, testKind } from "../match/testing/arbitrary.ts";
import { ANY, type Expr } from "../plan.ts";
import { meetsRawNeeds, rawNeeds } from "./raw-needs.ts";

test("the text of every event that a plan holds for has what the plan needs, however its JSON is set", () =>
  fc.assert(
    fc.property(arbitraryPlan, arbitraryBody, fc.nat(3), (plan, body, style) => {
      if (!evaluate(plan, { kind: testKind, body })) return;
      for (const text of [
        JSON.stringify(body),
        JSON.stringify(body, undefined, style),
        plainText(jsonBytes(body, style)),
      ])
        assert.ok(meetsRawNeeds(rawNeeds(plan), fold(text)), text);
    }),
    { numRuns: 3_000 },
  ));

test("what is needed is told for text between what JSON may spell otherwise", () => {
  assert.deepEqual(rawNeeds(contains('C:\\Users\\Public\\evil.EXE" -k')), {
    all: [{ has: "users" }, { has: "public" }, { has: "evil.exe" }, { has: " -k" }],
  });
  assert.deepEqual(rawNeeds(contains("4624")), { has: "4624" });
  assert.equal(rawNeeds(contains("1e21")), true);
  assert.equal(rawNeeds({ kind: "not", of: contains("mimikatz") }), true);
  assert.deepEqual(rawNeeds({ kind: "or", of: [contains("mimikatz"), { kind: "constant", value: false }] }), {
    has: "mimikatz",
  });
});

function contains(text: string): Expr {
  const origin = { selection: "selection", key: "f|contains", value: text, line: 1, column: 1 };
  return { kind: "field", field: "f", test: { op: "like", pattern: [ANY, text, ANY], cased: false }, origin };
}

/** As the lake keeps it: with no escapes but those that JSON demands. */
function plainText(bytes: Uint8Array): string {
  return JSON.stringify(JSON.parse(Buffer.from(bytes).toString()));
}
