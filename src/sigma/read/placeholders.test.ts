import assert from "node:assert/strict";
import { test } from "node:test";
import { expandPlaceholders } from "./placeholders.ts";

const known = { Servers: ["srv*", "db1"], name: ["x"], "DC-NAME": ["dc$"] };
const values = (text: string) => {
  const expansion = expandPlaceholders(text, known);
  return expansion.kind === "values" ? expansion.values : expansion.kind;
};

test("a placeholder becomes each of its values, several become every combination", () => {
  assert.deepEqual(values("%Servers%"), ["srv*", "db1"]);
  assert.deepEqual(values("a-%Servers%-%name%"), ["a-srv*-x", "a-db1-x"]);
  assert.deepEqual(values("%Servers%%Servers%"), ["srv*srv*", "srv*db1", "db1srv*", "db1db1"]);
  assert.deepEqual(values("%DC-NAME%"), ["dc$"]);
});

test("an escaped percent sign is plain, an escaped backslash before a placeholder is a backslash", () => {
  assert.deepEqual(values("\\%plain%name%"), ["%plainx"]);
  assert.deepEqual(values("\\%name\\%"), ["%name%"]);
  assert.deepEqual(values("DOM\\\\%name%"), ["DOM\\\\x"]);
  assert.deepEqual(values("100% of it"), ["100% of it"]);
});

test("what nobody defined is never guessed", () => {
  assert.deepEqual(expandPlaceholders("a %other% b", known), { kind: "unresolved", name: "other" });
  assert.deepEqual(expandPlaceholders("%empty%", { empty: [] }), { kind: "unresolved", name: "empty" });
  assert.deepEqual(expandPlaceholders("%constructor%", known), { kind: "unresolved", name: "constructor" });
});

test("combinations without bound are refused", () => {
  const many = { n: Array.from({ length: 200 }, (_, index) => String(index)) };
  assert.equal(expandPlaceholders("%n%%n%%n%", many).kind, "too-many");
});
