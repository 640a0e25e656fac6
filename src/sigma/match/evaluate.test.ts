import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ANY,
  evaluate,
  type Expr,
  flatLayout,
  type JsonObject,
  ONE,
  type SigmaEvent,
  type ValueTest,
} from "../index.ts";

const origin = { selection: "selection", key: "field", value: "value", line: 1, column: 1 };

function event(body: JsonObject, paths?: readonly (readonly string[])[]): SigmaEvent {
  const layout = paths === undefined ? flatLayout : { name: "test", paths: () => paths };
  return { kind: { key: "test", logsource: {}, layout, pipelines: [] }, body };
}

function asks(field: string, valueTest: ValueTest): Expr {
  return { kind: "field", field, test: valueTest, origin };
}

function like(...pattern: (string | typeof ANY | typeof ONE)[]): ValueTest {
  return { op: "like", pattern, cased: false };
}

test("a field's values are those of the first path that yields any, arrays walked through", () => {
  const paths = [["a", "b"], ["c"]];
  assert.equal(evaluate(asks("f", like("x")), event({ a: [{ b: null }, { b: "X" }], c: "y" }, paths)), true);
  assert.equal(evaluate(asks("f", like("y")), event({ a: [{ b: null }, { b: "X" }], c: "y" }, paths)), false);
  assert.equal(evaluate(asks("f", like("y")), event({ a: [{ b: null }], c: ["z", "y"] }, paths)), true);
});

test("values are compared by their text, and null is no value", () => {
  const body = { n: 1, t: true, o: { a: [1, "x"] }, nested: [[1, 2]], nothing: null, empty: "" };
  for (const [field, text] of [
    ["n", "1"],
    ["t", "TRUE"],
    ["o", '{"a":[1,"x"]}'],
    ["nested", "[1,2]"],
    ["empty", ""],
  ] as const) {
    assert.equal(evaluate(asks(field, like(text)), event(body)), true, field);
  }
  assert.equal(evaluate(asks("nothing", { op: "exists" }), event(body)), false);
  assert.equal(evaluate(asks("nothing", { op: "absent" }), event(body)), true);
  assert.equal(evaluate(asks("nothing", like(ANY)), event(body)), false);
});

test("names of what every JavaScript object has are not fields of an event", () => {
  for (const field of ["constructor", "toString", "__proto__", "hasOwnProperty"]) {
    assert.equal(evaluate(asks(field, { op: "exists" }), event({})), false, field);
    assert.equal(
      evaluate(asks(field, { op: "exists" }), event(JSON.parse(`{"${field}":1}`) as JsonObject)),
      true,
      field,
    );
  }
});

test("one stands for exactly one code point", () => {
  assert.equal(evaluate(asks("f", like("a", ONE, "b")), event({ f: "a😀b" })), true);
  assert.equal(evaluate(asks("f", like("a", ONE, ONE, "b")), event({ f: "a😀b" })), false);
  assert.equal(evaluate(asks("f", like(ANY, ONE, ONE)), event({ f: "😀" })), false);
});

test("an address is inside a network whether written as IPv4, mapped, or one of a list", () => {
  const inside = (network: string, value: string) => evaluate(asks("f", { op: "cidr", network }), event({ f: value }));
  assert.equal(inside("10.0.0.0/8", "10.1.2.3"), true);
  assert.equal(inside("10.0.0.0/8", "::ffff:10.1.2.3"), true);
  assert.equal(inside("::ffff:10.0.0.0/104", "10.1.2.3"), true);
  assert.equal(inside("10.0.0.0/8", "192.168.0.1, 10.1.2.3"), true);
  assert.equal(inside("10.0.0.0/8", "11.1.2.3"), false);
  assert.equal(inside("10.0.0.0/8", "10.1"), false);
  assert.equal(inside("10.0.0.0/8", "0x0a.1.2.3"), false);
  assert.equal(inside("192.168.1.128/25", "192.168.1.129"), true);
  assert.equal(inside("192.168.1.128/25", "192.168.1.127"), false);
  assert.equal(inside("fe80::/10", "fe80::1%eth0"), true);
  assert.equal(inside("fe80::/10", "fec0::1"), false);
  assert.equal(inside("::/0", "10.0.0.1"), false);
  assert.equal(inside("0.0.0.0/0", "::1"), false);
});

test("numbers compare as numbers, text only when it is a plain decimal", () => {
  const over = (value: string | number | boolean) =>
    evaluate(asks("f", { op: "compare", than: "gt", number: 10 }), event({ f: value }));
  assert.deepEqual([over(11), over("11"), over("10.5"), over(1e30)], [true, true, true, true]);
  assert.deepEqual(
    [over(10), over("9"), over("0x1F"), over("1e3"), over("many"), over(true), over(" 11")],
    Array(7).fill(false),
  );
});

test("a part of a time is read in UTC", () => {
  const part = (name: "minute" | "hour" | "day" | "week" | "month" | "year", number: number, value: string) =>
    evaluate(asks("f", { op: "time", part: name, is: "eq", number }), event({ f: value }));
  assert.equal(part("hour", 22, "2024-01-01T00:30:00+02:00"), true);
  assert.equal(part("year", 2023, "2024-01-01T00:30:00+02:00"), true);
  assert.equal(part("minute", 30, "2024-01-01 00:30:00.123456789"), true);
  assert.equal(part("week", 53, "2021-01-01"), true);
  assert.equal(part("week", 1, "2018-12-31T23:59:59Z"), true);
  assert.equal(part("day", 29, "2023-02-29"), false);
  assert.equal(part("month", 1, "yesterday"), false);
});

test("a field can be asked against another field, which an event may make as long as it likes", () => {
  const ref = (how: "equals" | "contains" | "startswith" | "endswith", f: string, g: string) =>
    evaluate(asks("f", { op: "fieldref", field: "g", how, cased: false }), event({ f, g }));
  assert.deepEqual(
    [ref("equals", "A", "a"), ref("contains", "xAy", "a"), ref("startswith", "ab", "A"), ref("endswith", "ab", "B")],
    Array(4).fill(true),
  );
  const long = "ab".repeat(1_000);
  assert.equal(ref("contains", `x${long}y`, long), true);
  assert.equal(ref("contains", "ab".repeat(999) + "ba".repeat(999), `${long}c`), false);
});

test("keywords are asked of every leaf and of no key", () => {
  const keyword = (text: string): Expr => ({
    kind: "keyword",
    test: { op: "like", pattern: [text], cased: false },
    origin,
  });
  const body = { key: { deep: ["a Needle here", 4625, true, null] } };
  assert.deepEqual(
    [keyword("needle"), keyword("462"), keyword("rue")].map((expr) => evaluate(expr, event(body))),
    [true, true, true],
  );
  assert.deepEqual(
    [keyword("deep"), keyword("null")].map((expr) => evaluate(expr, event(body))),
    [false, false],
  );
});

test("a body may be as deep as it likes", () => {
  const depth = 200_000;
  const deep = JSON.parse(`{"f":${"[".repeat(depth)}"x"${"]".repeat(depth)}}`) as JsonObject;
  assert.equal(evaluate(asks("f", like(ANY, '"x"', ANY)), event(deep)), true);
  assert.equal(
    evaluate({ kind: "keyword", test: { op: "like", pattern: ["x"], cased: false }, origin }, event(deep)),
    true,
  );
  assert.equal(evaluate(asks("f", { op: "exists" }), event(deep, [["f", "g"]])), false);
  const objects = JSON.parse(`${'{"f":'.repeat(depth)}1${"}".repeat(depth)}`) as JsonObject;
  assert.equal(evaluate(asks("f", like(ANY, '{"f":1}', ANY)), event(objects)), true);
});
