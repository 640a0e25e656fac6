import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { blockBytes, readTarBlock, readTarRecords, spellTarHeader, type TarEntry } from "./tar-header.ts";

const path = fc
  .array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 8 })
  .map((words) => words.join("/").replaceAll("\0", "_"));
const entries: fc.Arbitrary<TarEntry> = fc.oneof(
  fc.record(
    {
      kind: fc.constant("file" as const),
      path,
      size: fc.oneof(fc.nat(10_000), fc.integer({ min: 2 ** 32, max: 2 ** 43 })),
      mtime: fc.nat(2 ** 32),
    },
    { noNullPrototype: true },
  ),
  fc.record({ kind: fc.constant("link" as const), path, target: path }, { noNullPrototype: true }),
);

/** Reads what stands in front of an entry's bytes, as readTar does. */
function readHeader(bytes: Uint8Array): TarEntry {
  const first = readTarBlock(bytes.subarray(0, blockBytes));
  assert.ok(first.ok);
  if (first.value.kind === "entry") return first.value.entry;
  assert.equal(first.value.kind, "records");
  if (first.value.kind !== "records") throw new Error("no records");
  const records = readTarRecords(bytes.subarray(blockBytes, blockBytes + first.value.size));
  assert.ok(records.ok);
  const second = readTarBlock(bytes.subarray(-blockBytes), records.value);
  assert.ok(second.ok && second.value.kind === "entry");
  return second.value.entry;
}

test("a header says what it was made of, however long its names and large its size", () => {
  fc.assert(
    fc.property(entries, (entry) => {
      const bytes = spellTarHeader(entry);
      assert.equal(bytes.length % blockBytes, 0);
      assert.deepEqual(readHeader(bytes), entry);
    }),
  );
});

test("a header with a changed byte is found out, or says the same", () => {
  const entry: TarEntry = { kind: "file", path: "data/records.sqlite", size: 12_345, mtime: 1_700_000_000 };
  const good = spellTarHeader(entry);
  fc.assert(
    fc.property(fc.nat(blockBytes - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
      const bad = good.slice();
      bad[at] = (bad[at] ?? 0) ^ by;
      const read = readTarBlock(bad);
      if (read.ok) assert.deepEqual(read.value, { kind: "entry", entry });
    }),
  );
});

test("any bytes are read or refused, in one pass", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: blockBytes, maxLength: blockBytes }), (bytes) => {
      readTarBlock(bytes);
      readTarRecords(bytes);
    }),
  );
});
