import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { steps } from "../../store/migrations/0001-tables.ts";
import { searchedText, searchedTextSql, spelledInRecord } from "./searched-text.ts";

test("the tables' text index tokenizes the very text that searches look at", () => {
  const tables = steps.flatMap((step) => (step.does === "create" ? [step.table] : []));
  const indexed = tables.flatMap(({ indexes }) => Object.values(indexes).filter((says) => says.includes("TYPE text(")));
  assert.equal(indexed.length, 2);
  for (const says of indexed)
    assert.ok(says.startsWith(`(${searchedTextSql("raw")}) TYPE text(tokenizer = splitByNonAlpha)`), says);
});

test("a text that is in a record is found by its spelling", () =>
  fc.assert(
    fc.property(fc.string(), fc.string({ minLength: 1 }), fc.string(), (before, needle, after) => {
      const [spelled = ""] = spelledInRecord([needle]);
      assert.ok(
        searchedText(JSON.stringify({ a: before + needle + after })).includes(searchedText(`${spelled as string}`)),
      );
    }),
  ));
