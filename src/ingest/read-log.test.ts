import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { processStart } from "./evtx/testing/sample-events.ts";
import { writeEvtx } from "./evtx/testing/write-evtx.ts";
import { readAll, readBytes } from "./formats/testing/read-all.ts";
import { openPath } from "./open-path.ts";
import { readLog } from "./read-log.ts";

describe("reading files", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "meridian-read-log-"));
  });
  after(() => rm(folder, { recursive: true }));

  test("a file of several megabytes gives what its bytes in memory give, every record at its own address", async () => {
    const path = join(folder, "large.ndjson");
    const lines = Array.from({ length: 9_000 }, (_, at) => JSON.stringify({ at, text: "é".repeat(at % 700) }));
    const bytes = Buffer.from(`${lines.join("\n")}\n`);
    await writeFile(path, bytes);
    const read = await readAll(openPath(path));
    assert.deepEqual(read, await readBytes(bytes));
    assert.equal(read.records.length, lines.length);
    for (const { index, offset, length, raw } of read.records) {
      assert.equal(bytes.toString("utf8", offset, offset + length), lines[index]);
      assert.equal(Buffer.from(raw!).toString(), lines[index]);
    }
  });

  test("records longer than what is read at once are whole, between short ones, in every JSON format", async () => {
    const bodies = [3, 2_500_000, 10, 1_100_000, 70_000, 5].map((size, at) => ({
      at,
      text: "z".repeat(size),
      n: { x: [at] },
    }));
    for (const [name, text] of [
      ["lines.json", bodies.map((body) => JSON.stringify(body)).join("\n")],
      ["list.json", JSON.stringify(bodies)],
      ["pretty.json", bodies.map((body) => JSON.stringify(body, null, 2)).join("\n")],
      ["envelope.json", JSON.stringify({ Records: bodies }, null, 1)],
    ] as const) {
      const path = join(folder, name);
      await writeFile(path, text);
      const { records, problems } = await readAll(openPath(path));
      assert.deepEqual([records.map(({ body }) => body), problems], [bodies, []]);
    }
  });

  test("ranges that share a file give each record once", async () => {
    const path = join(folder, "ranges.ndjson");
    const text = Array.from({ length: 300 }, (_, at) => `{"at":${at},"p":"${"p".repeat((at * 37) % 90)}"}`).join("\n");
    await writeFile(path, text);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(text.length + 5), { maxLength: 5 }), async (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), text.length];
        const found: unknown[] = [];
        for (let part = 1; part < places.length; part++) {
          const { records } = await readAll(openPath(path), { start: places[part - 1]!, end: places[part]! });
          records.forEach(({ index }, at) => assert.equal(index, at));
          found.push(...records.map(({ body }) => body["at"]));
        }
        assert.deepEqual(
          found,
          Array.from({ length: 300 }, (_, at) => at),
        );
      }),
      { numRuns: 50 },
    );
  });

  test("a range of a file that has none is refused", async () => {
    const path = join(folder, "packed.gz");
    await writeFile(path, gzipSync('{"a":1}\n'));
    await assert.rejects(readAll(openPath(path), { start: 5 }), RangeError);
  });

  test("progress counts the bytes on disk and ends at the file's size", async () => {
    const path = join(folder, "progress.gz");
    const bytes = gzipSync(Array.from({ length: 50_000 }, (_, at) => `{"at":${(at * 7919) % 104_729}}\n`).join(""));
    await writeFile(path, bytes);
    let last = 0;
    for await (const { consumed } of readLog(openPath(path))) {
      assert.ok(consumed >= last);
      last = consumed;
    }
    assert.equal(last, bytes.length);
  });

  test("a folder, a device and a missing file are problems with a code, not exceptions", async () => {
    const codes = async (path: string) =>
      (await readAll(openPath(path))).problems.map(({ code, wasRead }) => [code, wasRead]);
    assert.deepEqual(await codes(folder), [["not-a-log", false]]);
    assert.deepEqual(await codes("/dev/zero"), [["not-a-log", false]]);
    assert.deepEqual(await codes(join(folder, "missing")), [["unreadable", false]]);
  });

  test("a binary Windows log is recognised, packed or not, and read by its own reader", async () => {
    const bytes = writeEvtx([processStart(1), processStart(2)]);
    const plain = await readBytes(bytes);
    assert.deepEqual(
      plain.records.map(({ index, format }) => [index, format]),
      [
        [0, "evtx"],
        [1, "evtx"],
      ],
    );
    assert.deepEqual(await readBytes(gzipSync(bytes)), plain);
    const cut = await readBytes(gzipSync(bytes).subarray(0, -8));
    assert.equal(cut.problems.at(-1)?.code, "truncated");
  });

  test("a pipe is read, and waiting for a silent one ends when the signal aborts", async () => {
    const path = join(folder, "pipe");
    execFileSync("mkfifo", [path]);
    const writer = createWriteStream(path);
    writer.end('{"a":1}\n{"a":2}\n');
    assert.equal((await readAll(openPath(path))).records.length, 2);

    const silent = createWriteStream(path);
    const stop = new AbortController();
    silent.on("open", () => stop.abort(new Error("enough")));
    await assert.rejects(readAll(openPath(path), { signal: stop.signal }), /enough/);
    silent.end();
  });
});
