import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { Refusal } from "#kernel";
import { cutBody, type CutOptions } from "./cut-body.ts";
import { MemoryBudget } from "./memory-budget.ts";
import { openBody } from "./open-body.ts";

const options: CutOptions = { pieceBytes: 256, pieceLines: 12, lineBytes: 600, wholeBytes: 4_096 };

async function* inPieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function cut(bytes: Uint8Array, sizes: readonly number[], encoding: string | null = null) {
  await using body = await openBody(inPieces(bytes, sizes), encoding);
  return (await Array.fromAsync(cutBody(body, options))).map((piece) => ({
    ...piece,
    bytes: Buffer.from(piece.bytes).toString("latin1"),
  }));
}

const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 4 });
const line = fc
  .record({ n: fc.nat(), text: fc.string({ maxLength: 250 }) })
  .map((value) => `${JSON.stringify(value)}\n`);

test("pieces are the body, each ends at a line end, and the same body is cut at the same places however it arrives and is packed", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(line, { minLength: 1, maxLength: 30 }),
      sizes,
      fc.boolean(),
      async (lines, chunks, open) => {
        const bytes = Buffer.from(open ? lines.join("").slice(0, -1) : lines.join(""));
        const pieces = await cut(bytes, chunks);
        assert.equal(pieces.map((piece) => piece.bytes).join(""), bytes.toString("latin1"));
        let offset = 0;
        for (const [at, piece] of pieces.entries()) {
          assert.equal(piece.offset, offset);
          assert.equal(piece.format, "ndjson");
          if (at < pieces.length - 1) assert.ok(piece.bytes.endsWith("\n"));
          offset += piece.bytes.length;
        }
        for (const [encoding, packed] of [
          [null, bytes],
          ["gzip", gzipSync(bytes)],
          ["zstd", zstdCompressSync(bytes)],
          ["deflate", deflateSync(bytes)],
          ["deflate", deflateRawSync(bytes)],
        ] as const)
          assert.deepEqual(await cut(packed, [7, 300], encoding), pieces);
      },
    ),
    { numRuns: 40 },
  ));

test("a piece has no more lines than it may, however short they are, and they are cut alike however they arrive", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom("{}\n", "\n", '{"a":1}\n'), { maxLength: 90 }),
      sizes,
      async (lines, chunks) => {
        const bytes = Buffer.from(`{"b":1}\n${lines.join("")}`);
        const pieces = await cut(bytes, chunks);
        assert.equal(pieces.map((piece) => piece.bytes).join(""), bytes.toString("latin1"));
        for (const piece of pieces) assert.ok(piece.bytes.split("\n").length - 1 <= options.pieceLines);
        assert.deepEqual(await cut(bytes, [bytes.length]), pieces);
      },
    ),
  ));

test("of a line past the limit its beginning is handed on, and the lines after it are whole", () =>
  fc.assert(
    fc.asyncProperty(fc.integer({ min: 601, max: 5_000 }), sizes, async (length, chunks) => {
      const body = Buffer.from(`{"a":1}\n${"x".repeat(length)}\n{"b":2}\n`);
      await using opened = await openBody(inPieces(body, chunks), null);
      const pieces = await Array.fromAsync(cutBody(opened, { ...options, format: "ndjson" }));
      const text = pieces.map(({ bytes }) => Buffer.from(bytes).toString()).join("");
      assert.deepEqual(await cut(body, chunks), await cut(body, [body.length]));
      assert.ok(text.startsWith('{"a":1}\n'));
      assert.ok(text.endsWith('{"b":2}\n'));
      assert.ok(
        Math.max(...pieces.map(({ bytes }) => bytes.length)) <= 601,
        "of the long line, no more than the limit and one",
      );
    }),
  ));

test("whatever the bytes and the encoding they are announced with, they are cut or refused, in bounded pieces", () =>
  fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 2_000 }),
      fc.constantFrom(null, "gzip", "zstd", "deflate", "identity", "br", "gzip, gzip"),
      sizes,
      async (bytes, encoding, chunks) => {
        try {
          for (const piece of await cut(bytes, chunks, encoding)) assert.ok(piece.bytes.length <= options.wholeBytes);
        } catch (error) {
          assert.ok(error instanceof Refusal, String(error));
        }
      },
    ),
    { numRuns: 300 },
  ));

test("bytes that are packed and damaged anywhere are refused or cut, never worse", () =>
  fc.assert(
    fc.asyncProperty(
      fc.constantFrom("gzip", "zstd", "deflate"),
      fc.nat(),
      fc.nat(255),
      async (encoding, place, byte) => {
        const plain = Buffer.from('{"a":"some text that packs well, well, well"}\n'.repeat(40));
        const packed =
          encoding === "gzip" ? gzipSync(plain) : encoding === "zstd" ? zstdCompressSync(plain) : deflateSync(plain);
        packed[place % packed.length] = byte;
        try {
          await cut(packed, [50], encoding);
        } catch (error) {
          assert.ok(error instanceof Refusal, String(error));
        }
      },
    ),
    { numRuns: 200 },
  ));

test("bodies that come at once hold no more than their budget, and give back what they held", async () => {
  const budget = new MemoryBudget(300_000);
  const big = Buffer.from(`[${"{},".repeat(60_000)}{}]`);
  const whole = { ...options, wholeBytes: 1_000_000 };
  const receive = async () => {
    await using body = await openBody(inPieces(big, [10_000]), null, { budget });
    for await (const _ of cutBody(body, whole)) assert.ok(budget.held <= 300_000);
  };
  const ends = await Promise.allSettled([receive(), receive(), receive()]);
  const refused = ends.filter((one) => one.status === "rejected").map(({ reason }) => (reason as Refusal).code);
  assert.ok(refused.length > 0 && refused.every((code) => code === "intake/too-much-at-once"));
  assert.equal(budget.held, 0);
  await receive();
});
