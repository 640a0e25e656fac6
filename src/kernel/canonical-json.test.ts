import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { canonicalJson } from "./canonical-json.ts";

test("the example of RFC 8785, section 3.2.3, sorts as the RFC says", () => {
  const keys = {
    "\u20ac": "Euro Sign",
    "\r": "Carriage Return",
    "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One",
    "\ud83d\ude00": "Emoji: Grinning Face",
    "\u0080": "Control",
    "\u00f6": "Latin Small Letter O With Diaeresis",
  };
  assert.deepEqual(
    Object.values(
      JSON.parse(
        `[${canonicalJson(keys)
          .slice(1, -1)
          .replace(/"((?:[^"\\]|\\.)*)":/g, "")}]`,
      ),
    ),
    [
      "Carriage Return",
      "One",
      "Control",
      "Latin Small Letter O With Diaeresis",
      "Euro Sign",
      "Emoji: Grinning Face",
      "Hebrew Letter Dalet With Dagesh",
    ],
  );
});

test("numbers print as RFC 8785, appendix B, lists them", () => {
  const listed: [number, string][] = [
    [-0, "0"],
    [5e-324, "5e-324"],
    [1.7976931348623157e308, "1.7976931348623157e+308"],
    [9007199254740992, "9007199254740992"],
    [295147905179352830000, "295147905179352830000"],
    [9.999999999999997e22, "9.999999999999997e+22"],
    [1e23, "1e+23"],
    [0.000001, "0.000001"],
    [333333333.3333333, "333333333.3333333"],
    [1e-7, "1e-7"],
  ];
  for (const [number, text] of listed) assert.equal(canonicalJson(number), text);
});

test("one value has one spelling, whatever the order of its keys, and it parses back to the value", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      assert.equal(canonicalJson(turned(value)), text);
    }),
  );
});

test("what JSON cannot say is refused with its path", () => {
  const loop: Record<string, unknown> = {};
  loop["again"] = loop;
  for (const [bad, path] of [
    [Number.NaN, "$"],
    [{ a: [1, Infinity] }, "$.a[1]"],
    ["\ud800", "$"],
    [{ a: 1n }, "$.a"],
    [loop, "$.again"],
    [{ m: new Map() }, "$.m"],
  ] as const)
    assert.throws(
      () => canonicalJson(bad),
      (error: unknown) => error instanceof TypeError && error.message.startsWith(`${path}:`),
    );
});

function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, turned(item)])
      .toReversed(),
  );
}
