import assert from "node:assert/strict";
import { test } from "node:test";
import { compileMatcher, readRules, type EventKind, type JsonObject } from "#sigma";
import type { FormatName } from "../contract.ts";
import { loadKinds } from "./load-kinds.ts";
import { takeAs } from "./take-as.ts";
import { samples } from "./testing/samples.ts";

const recognise = loadKinds();
const taking = takeAs(recognise, { product: ["acme"], service: ["gate"] });

/** Titles of the rules that hold for a body. */
function hits(kindOf: (body: JsonObject, format: FormatName) => EventKind, body: JsonObject, format: FormatName) {
  const rule = (title: string, logsource: string) =>
    `title: ${title}\nlogsource: {${logsource}}\ndetection: {s: {message|contains: evil}, condition: s}\n`;
  const rules = [
    rule("acme", "product: acme"),
    rule("gate", "product: acme, service: gate"),
    rule("door", "product: acme, service: door"),
    rule("proxy", "product: acme, category: proxy"),
    rule("linux", "product: linux"),
    rule("windows", "product: windows, service: security"),
  ];
  const { detections } = readRules(rules.map((text, at) => ({ file: `${at}.yml`, text })));
  const found = compileMatcher(detections).match({ kind: kindOf(body, format), body });
  return found.map(({ title }) => title).sort();
}

test("records that nothing recognises are asked the rules of the source that they are taken for, and no others", () => {
  for (const format of ["ndjson", "text"] as const) {
    // A category that was not named stays unknown and holds no rule back.
    assert.deepEqual(hits(taking, { message: "evil", own: 1 }, format), ["acme", "gate", "proxy"]);
  }
});

test("a line of text may be taken for a product whose logs are structured", () => {
  const windows = takeAs(recognise, { product: ["windows"] });
  assert.deepEqual(hits(recognise, { message: "evil" }, "text"), ["acme", "door", "gate", "linux", "proxy"]);
  assert.deepEqual(hits(windows, { message: "evil" }, "text"), ["windows"]);
});

test("everything that is recognised stays what it is", () => {
  for (const { body, format } of samples) {
    const kind = recognise(body, format);
    if (kind.key !== "text (line)") assert.equal(taking(body, format), kind);
  }
});

test("records taken for a source share one kind, which says so; inside _source too", () => {
  const kind = taking({ a: 1 }, "ndjson");
  assert.equal(taking({ b: "x" }, "ndjson"), kind);
  assert.equal(kind.key, "unknown as acme/gate/*");
  assert.equal(taking({ _index: "i", _source: { a: 1 } }, "ndjson").key, "unknown in _source as acme/gate/*");
});
