import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { LogRecord, ReadingProblem } from "../contract.ts";
import { decodingLimits } from "./budget.ts";
import { chunkSize } from "./chunk-header.ts";
import { readChunk } from "./read-chunk.ts";
import { mutate } from "./testing/mutate.ts";
import { readAll, readingLimits } from "./testing/read-log-bytes.ts";
import { processStart } from "./testing/sample-events.ts";
import { reseal, writeEvtx } from "./testing/write-evtx.ts";

const perChunk = 8;
const log = writeEvtx(
  Array.from({ length: 4 * perChunk }, (_, index) => processStart(index + 1)),
  perChunk,
);
const intact = (await readAll(log)).records;
const chunkAt = (chunk: number): number => 4096 + chunk * chunkSize;
const ids = (records: readonly LogRecord[]): unknown[] =>
  records.map(({ body }) => (body as unknown as Event).Event.System.EventRecordID);
const codes = (problems: readonly ReadingProblem[]): string[] => problems.map(({ code }) => code);

/** Records of other chunks than the second. */
function outsideSecond(records: readonly LogRecord[]): LogRecord[] {
  return records.filter(({ offset }) => offset < chunkAt(1) || offset >= chunkAt(2));
}

interface Event {
  readonly Event: { readonly System: { readonly EventRecordID: number } };
}

/** A copy of the log, changed. */
function changed(change: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.from(log);
  change(bytes);
  return bytes;
}

test("a flipped bit never costs a record of another chunk, and is reported if it costs one", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: chunkAt(1), max: chunkAt(2) - 1 }),
      fc.nat(7),
      fc.boolean(),
      async (at, bit, seal) => {
        const bytes = changed((copy) => (copy[at] = copy[at]! ^ (1 << bit)));
        if (seal) reseal(bytes);
        const { records, problems } = await readAll(bytes);
        assert.deepEqual(
          outsideSecond(records).map(({ body }) => body),
          outsideSecond(intact).map(({ body }) => body),
        );
        const lost = intact.length - records.length;
        if (lost > 0)
          assert.ok(
            problems.some(({ wasRead }) => !wasRead),
            "a record is missing and nothing says so",
          );
        assert.ok(lost <= perChunk);
      },
    ),
    { numRuns: 600 },
  );
});

test("a log cut off anywhere gives every record that lies before the cut", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(log.length), async (length) => {
      const { records, problems } = await readAll(log.subarray(0, length));
      const whole = intact.filter((record) => record.offset + record.length <= length);
      assert.deepEqual(records, whole);
      if ((length - 4096) % chunkSize !== 0 || length < 4096) assert.ok(codes(problems).includes("truncated"));
    }),
    { numRuns: 200 },
  );
});

test("bytes lost or put in between cost their chunk at most", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: chunkAt(1), max: chunkAt(2) - 1 }),
      fc.integer({ min: 1, max: 70_000 }),
      fc.boolean(),
      async (at, size, lost) => {
        const bytes = lost
          ? Buffer.concat([log.subarray(0, at), log.subarray(Math.min(at + size, chunkAt(2)))])
          : Buffer.concat([log.subarray(0, at), Buffer.alloc(size, 0x2a), log.subarray(at)]);
        const found = new Set(ids((await readAll(bytes)).records));
        for (const id of ids(outsideSecond(intact))) {
          assert.ok(found.has(id), `record ${String(id)} is lost`);
        }
      },
    ),
    { numRuns: 150 },
  );
});

const runs = Number(process.env["MERIDIAN_FUZZ_RUNS"] ?? 400);
test(`no mutation of a log makes the reader throw, count wrongly, or work without bound (${runs} seeds)`, async () => {
  for (let seed = 1; seed <= runs; seed++) {
    const bytes = mutate(log, seed);
    if (seed % 2 === 0) reseal(bytes);
    const { records, problems } = await readAll(bytes);
    const taken = [
      ...records.map(({ index }) => index),
      ...problems.filter(({ wasRead }) => !wasRead).map(({ index }) => index),
    ];
    assert.deepEqual(
      taken.sort((a, b) => a - b),
      taken.map((_, index) => index),
      `seed ${seed}: numbers are not 0 to n`,
    );
    for (const { offset, length } of [...records, ...problems]) {
      assert.ok(offset >= 0 && offset + length <= bytes.length, `seed ${seed}: a place outside the file`);
    }
    for (let at = 4096; at < bytes.length; at += chunkSize) {
      const { nodesUsed } = readChunk(bytes.subarray(at, at + chunkSize), { offset: at, index: 0 }, readingLimits);
      assert.ok(nodesUsed <= decodingLimits.chunkNodes, `seed ${seed}: ${nodesUsed} steps`);
    }
  }
});

test("wrong checksums are noticed and everything is read all the same", async () => {
  const { records, problems } = await readAll(
    changed((bytes) => {
      bytes.writeUInt32LE(1, 124);
      bytes.writeUInt32LE(1, chunkAt(0) + 52);
      bytes.writeUInt32LE(1, chunkAt(1) + 124);
    }),
  );
  assert.deepEqual(records, intact);
  assert.deepEqual(codes(problems), ["bad-checksum", "bad-checksum", "bad-checksum"]);
  assert.ok(problems.every(({ wasRead, length }) => wasRead && length === 0));
});

test("a log that was not closed is read to its end, whatever its header says of chunks", async () => {
  const { records, problems } = await readAll(
    changed((bytes) => {
      bytes.writeUInt16LE(1, 42);
      bytes.writeUInt32LE(1, 120);
    }),
  );
  assert.deepEqual(records, intact);
  assert.deepEqual(codes(problems), ["bad-checksum", "not-closed"]);
});

test("records after the end that an older chunk header gives are read if they follow on, others are not", async () => {
  const stale = changed((bytes) => {
    const third = intact[2]!;
    const chunk = bytes.subarray(chunkAt(0));
    chunk.writeUInt32LE(third.offset - chunkAt(0), 48);
    reseal(bytes);
  });
  assert.deepEqual((await readAll(stale)).records, intact);
  const slack = changed((bytes) => {
    const [first, last] = [intact[0]!, intact[perChunk - 1]!];
    log.copy(bytes, last.offset + last.length, first.offset, first.offset + first.length);
  });
  assert.deepEqual(await readAll(slack), { ...(await readAll(log)) });
});

test("unused chunks of zeros are no problem, zeros in the place of used ones are", async () => {
  assert.deepEqual(
    await readAll(Buffer.concat([log, Buffer.alloc(3 * chunkSize)])).then(({ records, problems }) => [
      records,
      problems,
    ]),
    [intact, []],
  );
  const { records, problems } = await readAll(changed((bytes) => bytes.fill(0, chunkAt(1), chunkAt(2))));
  assert.equal(records.length, 3 * perChunk);
  assert.deepEqual(
    problems.map(({ code, offset, length, wasRead, index }) => ({ code, offset, length, wasRead, index })),
    [{ code: "empty-chunk", offset: chunkAt(1), length: chunkSize, wasRead: false, index: perChunk }],
  );
});

test("zeros over the end of a chunk are reported as lost records", async () => {
  const { records, problems } = await readAll(changed((bytes) => bytes.fill(0, intact[3]!.offset, chunkAt(1))));
  assert.equal(records.length, intact.length - perChunk + 3);
  assert.deepEqual(codes(problems), ["bad-checksum", "bad-record"]);
});

test("a chunk whose first bytes are gone still gives its records", async () => {
  const { records, problems } = await readAll(changed((bytes) => bytes.fill(0xff, chunkAt(1), chunkAt(1) + 8)));
  assert.deepEqual(records, intact);
  assert.deepEqual(codes(problems), ["bad-chunk"]);
});

test("a record that lies about its size costs itself alone", async () => {
  for (const lie of [0, 27, 28, 100, 0xffff, 0xffffffff]) {
    const { records, problems } = await readAll(changed((bytes) => bytes.writeUInt32LE(lie, intact[2]!.offset + 4)));
    assert.deepEqual(ids(records), ids(intact.filter((_, index) => index !== 2)), `size ${lie}`);
    assert.deepEqual(codes(problems), ["bad-checksum", "bad-record"]);
    assert.deepEqual([problems[1]!.offset, problems[1]!.length], [intact[2]!.offset, intact[2]!.length]);
  }
});

test("a record with a damaged frame around sound content is read, with a notice", async () => {
  for (const at of [intact[2]!.offset, intact[2]!.offset + intact[2]!.length - 4]) {
    const { records, problems } = await readAll(changed((bytes) => bytes.writeUInt32LE(0x99, at)));
    assert.deepEqual(records, intact);
    assert.deepEqual(codes(problems), ["bad-checksum", "bad-record-frame"]);
  }
});

test("a broken template costs the records that use it, each by name, and no others", async () => {
  const { records, problems } = await readAll(
    changed((bytes) => {
      const at = bytes.indexOf(Buffer.from("OriginalFileName", "utf16le"), chunkAt(1));
      bytes.fill(0xee, at - 20, at);
    }),
  );
  assert.equal(records.length, 3 * perChunk);
  assert.deepEqual(codes(problems), ["bad-checksum", ...Array<string>(perChunk).fill("bad-template")]);
});

test("what is no event log at all says so and gives nothing", async () => {
  for (const bytes of [Buffer.alloc(0), Buffer.from("hello"), Buffer.alloc(300_000, "abc")]) {
    const { records, problems } = await readAll(bytes);
    assert.deepEqual(records, []);
    assert.equal(problems[0]!.code, "bad-file-header");
    assert.ok(problems.some(({ wasRead }) => !wasRead));
  }
});
