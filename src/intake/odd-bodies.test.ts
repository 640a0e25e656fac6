import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readBulk } from "./core/read-bulk.ts";
import { readHec } from "./core/read-hec.ts";
import { syslogFrames } from "./core/syslog-frames.ts";
import { OtlpError } from "./otlp/export-request.ts";
import { otlpLine } from "./otlp/otlp-line.ts";
import { readJson } from "./otlp/read-json.ts";
import { readProtobuf } from "./otlp/read-protobuf.ts";
import { oddBodies } from "./testing/odd-bodies.ts";

/** A body with some stretches cut out, doubled or replaced. */
const edit = fc.record({
  at: fc.nat(400),
  drop: fc.nat(8),
  put: fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom(...oddBodies)),
});
const mutant = fc
  .tuple(fc.constantFrom(...oddBodies), fc.array(edit, { maxLength: 4 }))
  .map(([body, edits]) =>
    edits.reduce(
      (text, { at, drop, put }) =>
        text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + drop),
      body,
    ),
  );

const parsers: Readonly<Record<string, (text: string) => readonly string[]>> = {
  "Splunk's collector": (text) => {
    const read = readHec(text);
    return "lines" in read ? read.lines : [];
  },
  "Elastic's _bulk": (text) => {
    const read = readBulk(text, "logs");
    return "items" in read ? read.items.flatMap(({ line }) => line ?? []) : [];
  },
  "OTLP's JSON": (text) => readJson(text).map(otlpLine),
  "OTLP's Protocol Buffers": (text) => readProtobuf(Buffer.from(text, "latin1")).map(otlpLine),
};

for (const [name, parse] of Object.entries(parsers))
  test(`${name}: odd bodies and their mutants are read or refused, and each line that comes of them is one JSON object`, () => {
    const holds = (text: string) => {
      try {
        for (const line of parse(text)) {
          assert.ok(!/[\r\n]/.test(line));
          assert.equal(typeof JSON.parse(line), "object");
        }
      } catch (error) {
        assert.ok(error instanceof OtlpError, String(error));
      }
    };
    for (const body of oddBodies) holds(body);
    fc.assert(fc.property(mutant, holds), { numRuns: 500 });
  });

test("syslog's frames: odd streams and their mutants come out the same however they are cut", () => {
  const cut = (bytes: Buffer, size: number) => {
    const frames = syslogFrames(64);
    const out: string[] = [];
    const take = (message: Uint8Array, isCut: boolean) =>
      void out.push(`${isCut}${Buffer.from(message).toString("latin1")}`);
    for (let at = 0; at < bytes.length; at += size) frames.push(bytes.subarray(at, at + size), take);
    frames.end(take);
    return out;
  };
  fc.assert(
    fc.property(mutant, fc.integer({ min: 1, max: 40 }), (text, size) => {
      const bytes = Buffer.from(text, "latin1");
      assert.deepEqual(cut(bytes, size), cut(bytes, bytes.length + 1));
    }),
    { numRuns: 500 },
  );
});
