import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ANY,
  compileMatcher,
  evaluate,
  type Expr,
  type Json,
  type JsonObject,
  type SigmaEvent,
  type ValueTest,
} from "../index.ts";
import { ruleOf, testKind } from "./testing/arbitrary.ts";

// Each of these would take minutes, or all of the stack, if anything took more than linear time or recursed on an
// event's depth. They are finished when they are finished; nothing here looks at a clock.

const origin = { selection: "s", key: "f", value: "v", line: 1, column: 1 };
const field = (name: string, valueTest: ValueTest): Expr => ({ kind: "field", field: name, test: valueTest, origin });
const contains = (name: string, text: string): Expr =>
  field(name, { op: "like", pattern: [ANY, text, ANY], cased: false });
const keyword = (text: string): Expr => ({
  kind: "keyword",
  test: { op: "like", pattern: [text], cased: false },
  origin,
});
const regex = (name: string, source: string): Expr =>
  field(name, { op: "regex", source, ignoreCase: false, multiline: false, dotAll: false });

const plans: readonly Expr[] = [
  contains("f", "needle in a haystack"),
  contains("f", "aaaaaaab"),
  contains("f", "–x"),
  contains("f", "—"),
  contains("f", "a.b"),
  keyword("needle in a haystack"),
  keyword("\\u0041aaaaaaab"),
  regex("f", "(a+)+$b"),
  regex("f", "(x+x+)+y"),
  regex("f", "[a-f]{200}[0-9]{200}z"),
  field("f", { op: "like", pattern: [ANY, "a", ANY, "a", ANY, "a", ANY, "b"], cased: false }),
  field("f", { op: "cidr", network: "10.0.0.0/8" }),
  field("f", { op: "time", part: "hour", is: "lt", number: 5 }),
  field("f", { op: "compare", than: "gt", number: 5 }),
  field("f", { op: "fieldref", field: "g", how: "contains", cased: false }),
  field("f.g.h", { op: "exists" }),
  { kind: "not", of: field("g", { op: "exists" }) },
];
const rules = plans.map((plan, number) => ruleOf(plan, number));
const indexed = compileMatcher(rules);

function survives(body: JsonObject, raw?: Uint8Array): string[] {
  const event: SigmaEvent = raw === undefined ? { kind: testKind, body } : { kind: testKind, body, raw };
  const found = indexed.match(event).map(({ id }) => id);
  assert.deepEqual(
    found,
    rules.filter(({ plan }) => evaluate(plan, event)).map(({ id }) => id),
  );
  return found;
}

const size = 1_000_000;

test("values of a million characters take time in proportion, whatever they repeat", () => {
  for (const piece of ["a", "x", "–", "— ", "needle in a haystac", "10.0.0.", "1", "abcdef", "\\", "😀", " ,"]) {
    const value = piece.repeat(size / piece.length);
    survives({ f: value });
    survives({ f: value, g: value });
    survives({ f: value }, new TextEncoder().encode(JSON.stringify({ f: value })));
  }
});

test("arrays of hundreds of thousands of elements take time in proportion", () => {
  const many = Array.from({ length: 200_000 }, (_, number): Json => (number % 3 === 0 ? number : `value ${number}`));
  survives({ f: many, g: many });
  survives({ f: many.map((value) => ({ g: { h: value } })) });
  survives({ f: many.map((value) => [value, [value]]) });
});

test("objects with hundreds of thousands of keys take time in proportion", () => {
  survives(Object.fromEntries(Array.from({ length: 200_000 }, (_, number) => [`key ${number}`, "needle"])));
});

test("bodies may be deeper than the stack", () => {
  const depth = 100_000;
  for (const [open, close] of [
    ["[", "]"],
    ['{"f":', "}"],
    ['[{"g":', "}]"],
  ] as const) {
    const body = JSON.parse(`{"f":${open.repeat(depth)}"needle in a haystack"${close.repeat(depth)}}`) as JsonObject;
    assert.ok(survives(body).includes("rule-5"), "the keyword is found at the bottom");
  }
});
