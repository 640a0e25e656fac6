import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gunzipSync, gzipSync, zstdCompressSync, constants } from "node:zlib";
import fc from "fast-check";
import type { LogInput } from "../contract.ts";
import { readLog } from "../read-log.ts";
import { bytesInput, readAll, readBytes } from "./testing/read-all.ts";

const kilobyte = 1024;
const megabyte = 1024 * kilobyte;

/** Lines of which every one is a record, about `size` bytes in all. */
function manyLines(size: number): string {
  let text = "";
  for (let number = 0; text.length < size; number++)
    text += `{"number":${number},"noise":"${(number * 7919) % 104_729}"}\n`;
  return text;
}

function codes({ problems }: Awaited<ReturnType<typeof readBytes>>): string[] {
  return problems.map(({ code }) => code);
}

describe("packed files that are not whole", () => {
  const text = manyLines(300 * kilobyte);
  const packed = {
    gzip: gzipSync(text),
    zstd: zstdCompressSync(text, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
  };

  for (const [name, bytes] of Object.entries(packed)) {
    test(`${name}: a cut file gives every record that could be unpacked and one problem that counts as unreadable`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 20, max: bytes.length - 1 }), async (length) => {
          const { records, problems } = await readBytes(bytes.subarray(0, length), { format: "ndjson" });
          const plain =
            name === "gzip"
              ? gunzipSync(bytes.subarray(0, length), { finishFlush: constants.Z_SYNC_FLUSH }).toString()
              : text.slice(0, (records.at(-1)?.offset ?? 0) + (records.at(-1)?.length ?? 0));
          const whole = plain.split("\n").filter((line) => line.endsWith("}"));
          assert.deepEqual(
            records.map(({ body }) => body),
            whole.map((line) => JSON.parse(line) as unknown),
          );
          assert.deepEqual(
            problems.map(({ code, wasRead, index }) => ({ code, wasRead, index })),
            [{ code: "truncated", wasRead: false, index: records.length }],
          );
        }),
        { numRuns: 60 },
      );
    });

    test(`${name}: a damaged file gives what came before and says so`, async () => {
      const damaged = Buffer.from(bytes);
      damaged.fill(0xff, damaged.length >> 1, (damaged.length >> 1) + 64);
      const read = await readBytes(damaged, { format: "ndjson" });
      // Damaged gzip may go on for a while with wrong bytes before it is noticed.
      assert.equal(codes(read).at(-1), "damaged");
      const before = read.records.slice(0, 4000).map(({ body }) => body["number"]);
      assert.deepEqual(
        before,
        before.map((_, at) => at),
      );
      assert.ok(before.length > 1000);
    });
  }

  test("members and frames one after another are all read", async () => {
    const parts = ['{"a":1}\n', '{"a":2}\n{"a"', ":3}\n"];
    for (const pack of [gzipSync, zstdCompressSync]) {
      const bytes = Buffer.concat(parts.map((part) => pack(part)));
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: bytes.length }), async (step) => {
          const pieces = [];
          for (let at = 0; at < bytes.length; at += step) pieces.push(bytes.subarray(at, at + step));
          const { records, problems } = await readAll(bytesInput(pieces));
          assert.deepEqual([records.map(({ body }) => body["a"]), problems], [[1, 2, 3], []]);
        }),
      );
    }
  });

  test("packing twice is undone, three times is refused", async () => {
    const twice = gzipSync(gzipSync('{"a":1}\n'));
    assert.equal((await readBytes(twice)).records.length, 1);
    const read = await readBytes(gzipSync(twice));
    assert.deepEqual([read.records.length, codes(read)], [0, ["nested"]]);
  });
});

describe("bombs", () => {
  const line = `${" ".repeat(64 * kilobyte - 8)}{"a":1}\n`;

  test("a file that unpacks to far more than its size stops being read, and the records before are kept", async () => {
    for (const pack of [gzipSync, zstdCompressSync]) {
      const read = await readBytes(pack(line.repeat(3000)));
      assert.deepEqual(codes(read), ["bomb"]);
      assert.ok(read.records.length > 0 && read.records.length < 2000);
    }
  });

  test("a bomb inside a bomb is no better", async () => {
    const read = await readBytes(gzipSync(zstdCompressSync(line.repeat(3000))));
    assert.deepEqual(codes(read), ["bomb"]);
  });

  test("the limit can be raised", async () => {
    const read = await readBytes(gzipSync(line.repeat(3000)), { limits: { inflation: 100_000 } });
    assert.deepEqual([read.records.length, read.problems], [3000, []]);
  });
});

describe("long records", () => {
  test("a line of 200 MB is passed over, memory stays bounded, its neighbours keep their numbers", async () => {
    const piece = Buffer.alloc(megabyte, "x");
    const input: LogInput = {
      name: "long",
      async *open() {
        yield Buffer.from('{"a":1}\n{"b":"');
        for (let count = 0; count < 200; count++) yield piece;
        yield Buffer.from('"}\n{"c":3}\n');
      },
    };
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const read = { records: [] as unknown[], problems: [] as unknown[] };
    for await (const batch of readLog(input)) {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      read.records.push(...batch.records.map(({ index, body }) => ({ index, body })));
      read.problems.push(...batch.problems.map(({ index, offset, length, code }) => ({ index, offset, length, code })));
    }
    assert.deepEqual(read.records, [
      { index: 0, body: { a: 1 } },
      { index: 2, body: { c: 3 } },
    ]);
    assert.deepEqual(read.problems, [{ index: 1, offset: 8, length: 200 * megabyte + 8, code: "record-too-long" }]);
    assert.ok(most < 100 * megabyte, `held ${most} bytes`);
  });

  const long = "y".repeat(3000);
  const limits = { recordBytes: 1000 };
  for (const [format, text, good] of [
    ["ndjson", `{"a":1}\n{"b":"${long}"}\n{"c":3}\n`, 2],
    ["json-array", `[{"a":1},\n{"b":"${long}"},\n{"c":3}]\n`, 2],
    ["json-concatenated", `{\n"a":1}{"b":"${long}"}{"c":3}\n`, 2],
    ["json-envelope", `{"Records":[{"a":1},{"b":"${long}"},{"c":3}]}\n`, 2],
    ["csv", `a,b,c\n1,2,3\n"${long}",2,3\n4,5,6\n`, 2],
    ["journald-export", `__CURSOR=1\n\n__CURSOR=2\nM=${long}\n\n__CURSOR=3\n\n`, 2],
    ["text", `a\n${long}\nc\n`, 2],
    ["auditd", `type=A msg=audit(1.000:1): a=1\n${long}\ntype=A msg=audit(1.000:1): a=2\n`, 2],
    ["syslog", `7 <1>x: a3004 <1>${long}7 <1>x: b`, 2],
  ] as const) {
    test(`${format}: a record beyond the limit is passed over, whether or not it would fit in memory`, async () => {
      for (const step of [1, 7, 100, 1e6]) {
        const bytes = Buffer.from(text);
        const pieces = [];
        for (let at = 0; at < bytes.length; at += step) pieces.push(bytes.subarray(at, at + step));
        const { records, problems } = await readAll(bytesInput(pieces), { limits, format });
        assert.deepEqual(
          [records.length, problems.map(({ code, index }) => `${index} ${code}`)],
          [good, ["1 record-too-long"]],
          `in pieces of ${step}`,
        );
      }
    });
  }
});

describe("odd bytes", () => {
  test("JSON that nests too deep is passed over, in a line and in a list, however deep", async () => {
    for (const depth of [129, 100_000]) {
      const deep = `{"a":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
      assert.deepEqual(codes(await readBytes(`${deep}\n{"b":1}\n`, { format: "ndjson" })), ["too-deep"]);
      assert.deepEqual(codes(await readBytes(`[${deep},{"b":1}]`, { format: "json-array" })), ["too-deep"]);
    }
    const deepest = `{"a":${"[".repeat(127)}${"]".repeat(127)}}`;
    assert.equal((await readBytes(deepest, { format: "ndjson" })).records.length, 1);
    assert.equal((await readBytes(`[${deepest}]`, { format: "json-array" })).records.length, 1);
  });

  test("invalid UTF-8 is read with U+FFFD and told of, in its own record alone", async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"a":"é"}\n{"b":"'),
      Buffer.from([0xff, 0xc3]),
      Buffer.from('"}\n{"c":1}\n'),
    ]);
    const { records, problems } = await readBytes(bytes);
    assert.deepEqual(
      records.map(({ body }) => body),
      [{ a: "é" }, { b: "\ufffd\ufffd" }, { c: 1 }],
    );
    assert.equal(records[1]!.raw, undefined);
    assert.deepEqual(
      problems.map(({ index, code, wasRead }) => [index, code, wasRead]),
      [[1, "bad-utf8", true]],
    );
  });

  test("NUL bytes before a record are passed over with a notice; a line of nothing else is lost", async () => {
    const { records, problems } = await readBytes('{"a":1}\n\0\0\0{"b":2}\n\0\0\n', { format: "ndjson" });
    assert.deepEqual(
      records.map(({ body }) => body),
      [{ a: 1 }, { b: 2 }],
    );
    assert.deepEqual(
      problems.map(({ index, code, wasRead }) => [index, code, wasRead]),
      [
        [1, "nul-bytes", true],
        [2, "nul-bytes", false],
      ],
    );
  });

  test("a last line without an end is read, an empty file gives neither records nor problems", async () => {
    assert.equal((await readBytes('{"a":1}')).records.length, 1);
    for (const nothing of ["", "\n\n", "\ufeff"])
      assert.deepEqual(await readBytes(nothing), { records: [], problems: [] });
  });

  test("a stopped reader is released, an aborted one throws the signal's reason", async () => {
    let closed = 0;
    const endless: LogInput = {
      name: "endless",
      async *open() {
        try {
          for (;;) yield Buffer.from('{"a":1}\n'.repeat(1000));
        } finally {
          closed++;
        }
      },
    };
    for await (const _ of readLog(endless)) break;
    assert.equal(closed, 1);
    const stop = new AbortController();
    const reason = new Error("enough");
    await assert.rejects(async () => {
      for await (const _ of readLog(endless, { signal: stop.signal })) stop.abort(reason);
    }, reason);
    assert.equal(closed, 2);
  });

  test("waiting for a silent stream ends when the signal aborts", async () => {
    const stop = new AbortController();
    const silent: LogInput = {
      name: "silent",
      async *open() {
        yield await new Promise<Uint8Array>(() => {});
      },
    };
    const reading = readLog(silent, { signal: stop.signal }).next();
    stop.abort(new Error("enough"));
    await assert.rejects(reading, /enough/);
  });
});
