import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import { ANY } from "../plan.ts";
import { base64, base64Offsets, bytesOf, widenPattern } from "./encode.ts";

const bytes = fc.uint8Array({ minLength: 3, maxLength: 40 });

test("wherever bytes lie inside a longer text in Base64, one of their three forms is in it", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 9 }), bytes, fc.uint8Array({ maxLength: 9 }), (before, value, after) => {
      const whole = Buffer.concat([before, value, after]).toString("base64");
      const form = base64Offsets(value)[before.length % 3]!;
      assert.ok(form.length > 0);
      assert.ok(whole.includes(form), `${whole} lacks ${form}`);
    }),
  );
});

test("Base64 equals the standard's", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (value) => assert.equal(base64(value), Buffer.from(value).toString("base64"))),
  );
});

test("texts become the bytes of their encoding, utf16 with a byte order mark", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      assert.deepEqual(Buffer.from(bytesOf(text, undefined)), Buffer.from(text, "utf8"));
      assert.deepEqual(Buffer.from(bytesOf(text, "utf16le")), Buffer.from(text, "utf16le"));
      assert.deepEqual(Buffer.from(bytesOf(text, "utf16be")), Buffer.from(text, "utf16le").swap16());
    }),
  );
  assert.deepEqual([...bytesOf("cmd", "utf16")], [0xff, 0xfe, 0x63, 0, 0x6d, 0, 0x64, 0]);
});

test("UTF-16 that was logged byte by byte has a NUL beside each letter, and wildcards stay wildcards", () => {
  assert.deepEqual(widenPattern([ANY, "cmd"], "utf16le"), [ANY, "c\0m\0d\0"]);
  assert.deepEqual(widenPattern(["cmd", ANY], "utf16be"), ["\0c\0m\0d", ANY]);
  assert.deepEqual(widenPattern(["cmd"], "utf16"), ["\uFEFFc\0m\0d\0"]);
  assert.equal(widenPattern(["é"], "utf16le"), undefined);
});
