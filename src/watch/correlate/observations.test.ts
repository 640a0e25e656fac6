import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { mostMessageBytes } from "#platform";
import { sourceFinding } from "../health/source-finding.ts";
import { createTeller, readObservations, spellObservations } from "./observations.ts";

const rowOf = (raw: string, rule: string) => ({
  ...sourceFinding({ name: "source.returned", source: "edge", at: 1, since: 2 }, 3),
  alert: "",
  raw,
  rule,
});

test("what is told is what is read, in messages that every stream takes, but for findings that are too large for one", () =>
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ unit: "grapheme", maxLength: 20 }), fc.constantFrom(1, 1_000, 20_000, 1_000_000)), {
        maxLength: 12,
      }),
      (all) => {
        const rows = all.map(([text, times]) => rowOf(text.repeat(times).slice(0, 1_200_000), "one"));
        const messages = spellObservations(rows);
        assert.ok(messages.every(({ length }) => length < mostMessageBytes));
        const small = rows.filter((row) => Buffer.byteLength(JSON.stringify(row)) < 900_000);
        assert.deepEqual(messages.flatMap(readObservations), small);
      },
    ),
    { numRuns: 20 },
  ));

test("a stream that takes nothing holds nobody up, and what it is given stays bounded", () => {
  let given = 0;
  const publish = () => {
    given++;
    return new Promise<void>(() => {});
  };
  const tell = createTeller({
    stream: { publish },
    wants: (rule) => rule === "wanted",
    onFault: (error) => assert.fail(String(error)),
  });
  for (let at = 0; at < 1_000; at++) tell([rowOf("", "wanted"), rowOf("", "not wanted")]);
  assert.equal(given, 64);
  tell([rowOf("", "not wanted")]);
});
