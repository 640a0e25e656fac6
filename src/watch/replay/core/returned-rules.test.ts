import assert from "node:assert/strict";
import { test } from "node:test";
import { noteRules } from "./returned-rules.ts";

const set = (...rules: string[]) => new Set(rules);
const day = 86_400_000;

test("a rule whose set came back returns with the time that it missed, once", () => {
  const first = noteRules({}, { inForce: set("a", "b"), decided: set(), at: 1_000 }, set());
  assert.deepEqual(first.returned, []);
  const gone = noteRules(first.notes, { inForce: set("a"), decided: set(), at: 2_000 }, set("a", "b"));
  assert.deepEqual(gone, { notes: { a: 2_000, b: 2_000 }, returned: [] });
  const still = noteRules(gone.notes, { inForce: set("a"), decided: set(), at: 3_000 }, set("a"));
  const back = noteRules(still.notes, { inForce: set("a", "b"), decided: set(), at: 9_000 }, set("a"));
  assert.deepEqual(back.returned, [{ rule: "b", since: 2_000 }]);
  assert.deepEqual(
    noteRules(back.notes, { inForce: set("a", "b"), decided: set(), at: 9_500 }, set("a", "b")).returned,
    [],
  );
});

test("a rule that people switched off does not return by itself", () => {
  const off = noteRules({ a: 1_000 }, { inForce: set(), decided: set("a"), at: 2_000 }, set("a"));
  assert.deepEqual(off.notes, {});
  assert.deepEqual(noteRules(off.notes, { inForce: set("a"), decided: set(), at: 3_000 }, set()).returned, []);
});

test("what was away for weeks is not looked for unasked", () => {
  const back = noteRules({ a: day }, { inForce: set("a"), decided: set(), at: 30 * day }, set());
  assert.deepEqual(back.returned, [{ rule: "a", since: 23 * day }]);
  assert.deepEqual(noteRules({ a: day }, { inForce: set(), decided: set(), at: 30 * day }, set()).notes, {});
});
