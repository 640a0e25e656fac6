import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readHec } from "./read-hec.ts";

const event = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.integer(),
  fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.jsonValue(), { noNullPrototype: true }),
);
const envelope = fc.record(
  {
    event,
    time: fc.oneof(fc.integer({ min: 0, max: 2_000_000_000 }), fc.constant("1769832000.123")),
    host: fc.string(),
    sourcetype: fc.string(),
  },
  { requiredKeys: ["event"], noNullPrototype: true },
);
const between = fc.constantFrom("", " ", "\n", "\r\n", ",");

test("each envelope, however they follow one another, is one line of JSON with its event and its facts", () =>
  fc.assert(
    fc.property(
      fc.array(envelope, { minLength: 1 }),
      between,
      fc.constantFrom(undefined, 2),
      (envelopes, gap, indent) => {
        const read = readHec(envelopes.map((one) => JSON.stringify(one, undefined, indent)).join(gap));
        assert.ok("lines" in read);
        assert.equal(read.lines.length, envelopes.length);
        for (const [at, line] of read.lines.entries()) {
          const one = envelopes[at]!;
          assert.ok(!/[\r\n]/.test(line));
          const { _hec: facts, ...rest } = JSON.parse(line) as Record<string, unknown>;
          const { event: sent, ...around } = JSON.parse(JSON.stringify(one)) as Record<string, unknown>;
          assert.deepEqual(facts, around);
          if (typeof sent === "object" && sent !== null) {
            for (const [key, value] of Object.entries(sent)) assert.deepEqual(rest[key], value);
          } else if (!(typeof sent === "string" && sent.trim().startsWith("{")))
            assert.equal(rest["message"], typeof sent === "string" ? sent : String(sent));
        }
      },
    ),
  ));

test("an event keeps the spelling of its numbers", () => {
  const read = readHec('{"event":{"id":12345678901234567890,"x":1.10},"host":"h"}');
  assert.deepEqual(read, { lines: ['{"id":12345678901234567890,"x":1.10,"host":"h","_hec":{"host":"h"}}'] });
});

test("what is no envelope is a fault with its number, and nothing of the body is taken", () => {
  const fault = (text: string) => {
    const read = readHec(text);
    return "fault" in read ? [read.fault.code, read.fault.event] : read;
  };
  assert.deepEqual(fault(""), [5, 0]);
  assert.deepEqual(fault(" \n"), [5, 0]);
  assert.deepEqual(fault('{"event":1}{"event":'), [6, 1]);
  assert.deepEqual(fault('{"event":1} x'), [6, 1]);
  assert.deepEqual(fault('{"time":1}'), [12, 0]);
  assert.deepEqual(fault('{"event":""}'), [13, 0]);
  assert.deepEqual(fault('{"event":1,"fields":{"a":{}}}'), [15, 0]);
});

test("whatever the body, it is read or refused, and every line is JSON", () =>
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom('{"event":', "{", "}", '"', "a", "\\", "1", ",", " ", "[", "]", ":", '{"a":"', "\n"),
      }),
      (text) => {
        const read = readHec(text);
        if ("lines" in read) for (const line of read.lines) JSON.parse(line);
      },
    ),
  ));
