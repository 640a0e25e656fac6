import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { cutLines, type CutPiece } from "./cut-lines.ts";
import type { LogInput } from "./contract.ts";

function inputOf(bytes: Uint8Array, pieceSize: number): LogInput {
  return {
    name: "made",
    async *open() {
      for (let at = 0; at < bytes.length; at += pieceSize) yield bytes.subarray(at, at + pieceSize);
    },
  };
}

async function pieces(bytes: Uint8Array, size: number, limits = {}, pieceSize = 1000): Promise<CutPiece[]> {
  const cut = await cutLines(inputOf(bytes, pieceSize), { size, limits });
  assert.ok(cut);
  return Array.fromAsync(cut.pieces);
}

const lines = fc
  .array(fc.record({ n: fc.integer(), text: fc.string({ maxLength: 200 }) }), { minLength: 1, maxLength: 80 })
  .map((records) => records.map((record) => JSON.stringify(record)));

test("put together again, the pieces are the plain bytes, each cut at a line end and told where it lay", async () => {
  await fc.assert(
    fc.asyncProperty(
      lines,
      fc.integer({ min: 1, max: 3000 }),
      fc.boolean(),
      fc.boolean(),
      async (list, size, packed, ends) => {
        const plain = Buffer.from(list.join("\n") + (ends ? "\n" : ""));
        const cut = await pieces(packed ? gzipSync(plain) : plain, size);
        let offset = 0;
        for (const [at, piece] of cut.entries()) {
          assert.ok(piece.kind === "lines");
          assert.equal(piece.offset, offset);
          offset += piece.bytes.length;
          if (at < cut.length - 1) assert.equal(piece.bytes.at(-1), 10);
        }
        assert.deepEqual(
          Buffer.concat(cut.map((piece) => (piece.kind === "lines" ? piece.bytes : Buffer.of()))),
          plain,
        );
      },
    ),
    { numRuns: 60 },
  );
});

test("a line over the limit is passed over without being held, and its place and length are told", async () => {
  const long = `{"x":"${"y".repeat(3_000_000)}"}`;
  const cut = await pieces(Buffer.from(`{"a":1}\n${long}\n{"b":2}\n`), 1000, { recordBytes: 1_000_000 }, 65_536);
  const lost = cut.filter((piece) => piece.kind === "lost");
  assert.deepEqual(
    lost.map(({ problem }) => [problem.code, problem.offset, problem.length]),
    [["record-too-long", 8, long.length]],
  );
  const kept = Buffer.concat(cut.map((piece) => (piece.kind === "lines" ? piece.bytes : Buffer.of()))).toString();
  assert.deepEqual(kept.split("\n").filter(Boolean), ['{"a":1}', '{"b":2}']);
});

test("of a packed file cut short, every whole line is given and the rest is one loss", async () => {
  const plain = Buffer.from(
    Array.from({ length: 5000 }, (_, n) => `{"n":${n},"pad":"${"z".repeat(n % 50)}"}`).join("\n"),
  );
  const packed = gzipSync(plain);
  const cut = await pieces(packed.subarray(0, packed.length - 200), 10_000);
  const kept = Buffer.concat(cut.map((piece) => (piece.kind === "lines" ? piece.bytes : Buffer.of())));
  assert.equal(kept.at(-1), 10);
  assert.ok(plain.subarray(0, kept.length).equals(kept));
  assert.deepEqual(
    cut.flatMap((piece) => (piece.kind === "lost" ? [piece.problem.code] : [])),
    ["truncated"],
  );
});

test("a format whose records lines can't tell apart is not cut", async () => {
  assert.equal(await cutLines(inputOf(Buffer.from('[{"a":1},\n{"a":2}]'), 100), { size: 100 }), undefined);
});
