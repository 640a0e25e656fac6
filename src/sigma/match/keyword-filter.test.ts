import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { JsonObject } from "../event.ts";
import { fold } from "../fold.ts";
import { leafValues, textOf } from "./field-values.ts";
import { keywordFilter } from "./keyword-filter.ts";
import { jsonBytes } from "./testing/arbitrary.ts";

const pieces = [
  "sekurlsa::",
  "\\mimilib.dll",
  "Kiwi Legit Printer",
  "\u212aiwi",
  "kerberos::ptt",
  "/etc/ld.so.preload",
  '"quoted"',
  "\t\t",
  "\r\n",
  "C:\\users\\",
  "é",
  "\u0001",
  "😀",
  "x",
  " ",
];
const text = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join(""));
const keywords = fc.array(
  fc.constantFrom(
    "sekurlsa::",
    "\\mimilib.dll",
    "kiwi legit printer",
    "kerberos::ptt",
    "/etc/ld.so.preload",
    '"quoted"',
    "kiwi",
    "iwi",
  ),
  { minLength: 1, maxLength: 4 },
);

test("bytes are passed over only when no keyword is in them, however JSON's writer spelled them", () => {
  fc.assert(
    fc.property(keywords, fc.array(text, { maxLength: 4 }), fc.nat(210), fc.nat(7), (keywords, texts, style, shift) => {
      const raw = jsonBytes({ a: texts, b: { c: texts.join("") } }, style);
      const body = JSON.parse(new TextDecoder().decode(raw)) as JsonObject;
      const folded = leafValues(body).map((value) => fold(textOf(value)));
      const held = keywords.some((keyword) => folded.some((leaf) => leaf.includes(keyword)));
      // Records lie anywhere in a batch's bytes.
      const batch = new Uint8Array(raw.length + shift + 3);
      batch.set(raw, shift);
      const filter = keywordFilter(keywords);
      assert.ok(filter !== undefined);
      if (held) assert.ok(filter(batch.subarray(shift, shift + raw.length)));
    }),
    { numRuns: Number(process.env["SIGMA_RUNS"] ?? 2_000) },
  );
});

test("bytes without a keyword are passed over", () => {
  const filter = keywordFilter(["sekurlsa::", "lsadump::"]);
  const bytes = new TextEncoder().encode(JSON.stringify({ Message: "C:\\users\\x\r\n\t\tsekurlsa: lsadump é \u0001" }));
  assert.equal(filter?.(bytes), false);
});

test("a keyword that a number's text may have can't be told from bytes", () => {
  assert.equal(keywordFilter(["4625"]), undefined);
  assert.equal(keywordFilter(["ab"]), undefined);
});
