import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { syslogFrames } from "./syslog-frames.ts";

const most = 200;

function cut(stream: Buffer, sizes: readonly number[]): { text: string; cut: boolean }[] {
  const frames = syslogFrames(most);
  const out: { text: string; cut: boolean }[] = [];
  const take = (bytes: Uint8Array, isCut: boolean) =>
    void out.push({ text: Buffer.from(bytes).toString("latin1"), cut: isCut });
  let at = 0;
  for (let turn = 0; at < stream.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    frames.push(stream.subarray(at, at + size), take);
    at += size;
    assert.ok(frames.held <= most + 12 + size, "held is bounded");
  }
  frames.end(take);
  return out;
}

const sizes = fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 5 });
/** A message as RFC 3164 and RFC 5424 begin one; with line feeds inside only where its length is said. */
const body = (inner: fc.Arbitrary<string>) => fc.tuple(fc.nat(191), inner).map(([pri, text]) => `<${pri}>${text}`);
const anyByte = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  maxLength: 150,
});
const message = fc.oneof(
  body(anyByte).map((text) => ({ text, wire: `${text.length} ${text}` })),
  body(anyByte.map((text) => text.replaceAll("\n", " "))).map((text) => ({ text, wire: `${text}\n` })),
);

test("octet-counted and newline-ended messages, mixed at will, come out whole however the bytes are cut", () =>
  fc.assert(
    fc.property(fc.array(message, { maxLength: 20 }), sizes, (messages, pieces) => {
      const wire = Buffer.from(messages.map(({ wire: one }) => one).join(""), "latin1");
      assert.deepEqual(
        cut(wire, pieces),
        messages.map(({ text }) => ({ text, cut: false })),
      );
    }),
  ));

test("a message past the limit comes as its beginning, once, and the next one is whole", () =>
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), fc.boolean(), sizes, (extra, says, pieces) => {
      const long = `<13>${"x".repeat(most - 4 + extra)}`;
      const wire = says ? `${long.length} ${long}<14>next\n` : `${long}\n<14>next\n`;
      assert.deepEqual(cut(Buffer.from(wire), pieces), [
        { text: long.slice(0, most), cut: true },
        { text: "<14>next", cut: false },
      ]);
    }),
  ));

test("whatever the bytes, memory is bounded, nothing throws, and the same comes out however they are cut", () =>
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), sizes, (bytes, pieces) => {
      assert.deepEqual(cut(Buffer.from(bytes), pieces), cut(Buffer.from(bytes), [7]));
    }),
  ));
