import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { objectSpans } from "./json-spans.ts";

const plainKey = fc.string({ maxLength: 8 }).filter((key) => JSON.stringify(key) === `"${key}"` && key !== "__proto__");
const object = fc.dictionary(plainKey, fc.jsonValue(), { maxKeys: 6, noNullPrototype: true });

test("the spans of any object, written any way, hold its values and end where it ends", () =>
  fc.assert(
    fc.property(object, fc.constantFrom(undefined, 1, "\t\r\n"), fc.string(), (value, indent, behind) => {
      const text = JSON.stringify(value, undefined, indent);
      const spans = objectSpans(`${text}${behind}`, 0);
      assert.equal(spans?.end, text.length);
      const read = [...spans.values].map(([key, [from, to]]) => [key, JSON.parse(text.slice(from, to)) as unknown]);
      assert.deepEqual(Object.fromEntries(read), JSON.parse(text));
    }),
  ));

test("whatever the text, it ends, and never behind the text", () =>
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("{", "}", "[", "]", '"', "\\", ":", ",", "a", " ", "1") }),
      (text) => {
        const spans = objectSpans(`{${text}`, 0);
        assert.ok(spans === undefined || spans.end <= text.length + 1);
      },
    ),
  ));
