/** What both makers of blobs promise, as tests. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import { type Blobs, contentKey } from "../blobs.ts";

export interface TestMaker extends AsyncDisposable {
  readonly blobs: Blobs;
}

export function blobsConformance(name: string, make: () => Promise<TestMaker>): void {
  describe(`blobs in ${name}`, () => {
    let maker: TestMaker;
    let blobs: Blobs;
    before(async () => {
      maker = await make();
      blobs = maker.blobs;
    });
    after(async () => maker?.[Symbol.asyncDispose]());

    test("bytes come back as they went in, whole and in every range", () =>
      fc.assert(
        fc.asyncProperty(key, fc.uint8Array({ maxLength: 300 }), fc.nat(350), fc.nat(350), async (at, bytes, a, b) => {
          const put = await blobs.put(at, bytes);
          assert.deepEqual(put, { outcome: "stored", size: bytes.length, sha256: sha256(bytes) });
          assert.deepEqual(await read(blobs, at), bytes);
          const [start, end] = [Math.min(a, b), Math.max(a, b)];
          assert.deepEqual(await read(blobs, at, { start, end }), bytes.slice(start, end));
          assert.deepEqual(await read(blobs, at, { start }), bytes.slice(start));
          await using unread = await blobs.get(at, { range: { start } });
          assert.equal(unread?.size, bytes.length);
          assert.equal((await blobs.head(at))?.size, bytes.length);
        }),
        { numRuns: 60 },
      ));

    test("a stream is stored whole, and read at the reader's pace", async () => {
      const chunks = Array.from({ length: 50 }, (_, n) => new Uint8Array(100_000).fill(n));
      const put = await blobs.put("large", gives(chunks));
      assert.equal(put.outcome === "stored" && put.size, 5_000_000);
      assert.deepEqual(Buffer.from(await read(blobs, "large")), Buffer.concat(chunks));
      await using half = await blobs.get("large");
      for await (const chunk of half?.body ?? []) {
        assert.ok(chunk.length < 5_000_000);
        break;
      }
    });

    test("a body that fails half-way, or is aborted, leaves what was there", async () => {
      await blobs.put("steady", Buffer.from("before"));
      const fault = new Error("the camera went away");
      await assert.rejects(blobs.put("steady", failing(fault)), fault);
      const stop = new AbortController();
      const reason = new Error("enough");
      const body = async function* () {
        yield new Uint8Array(10);
        stop.abort(reason);
        yield new Uint8Array(10);
      };
      await assert.rejects(blobs.put("steady", body(), { signal: stop.signal }), reason);
      await assert.rejects(blobs.get("steady", { signal: stop.signal }), reason);
      assert.equal(Buffer.from(await read(blobs, "steady")).toString(), "before");
    });

    test("putting replaces; putting if absent never does, even when many put at once", async () => {
      await blobs.put("twice", Buffer.from("one"));
      await blobs.put("twice", Buffer.from("two"));
      assert.equal(Buffer.from(await read(blobs, "twice")).toString(), "two");
      assert.deepEqual(await blobs.put("twice", Buffer.from("three"), { ifAbsent: true }), { outcome: "exists" });
      assert.equal(Buffer.from(await read(blobs, "twice")).toString(), "two");
      const many = await Promise.all(
        Array.from({ length: 8 }, (_, n) => blobs.put("raced", Buffer.from(`${n}`), { ifAbsent: true })),
      );
      assert.equal(many.filter(({ outcome }) => outcome === "stored").length, 1);
      const winner = many.findIndex(({ outcome }) => outcome === "stored");
      assert.equal(Buffer.from(await read(blobs, "raced")).toString(), `${winner}`);
    });

    test("what is not there is undefined, and can be deleted", async () => {
      assert.equal(await blobs.get("never"), undefined);
      assert.equal(await blobs.get("never", { range: { start: 5, end: 5 } }), undefined);
      assert.equal(await blobs.head("never"), undefined);
      await blobs.delete("never");
      await blobs.put("gone", new Uint8Array(3));
      await blobs.delete("gone");
      assert.equal(await blobs.head("gone"), undefined);
      assert.equal(await blobs.get("gone"), undefined);
    });

    test("a list is in order of the keys' bytes, page after page, whatever the keys", () =>
      fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(key, { minLength: 1, maxLength: 25 }),
          fc.constantFrom("", "a", "a/", "b", "z"),
          fc.integer({ min: 1, max: 7 }),
          async (keys, below, limit) => {
            await clear(blobs, "list/");
            await Promise.all(keys.map((one) => blobs.put(`list/${one}`, new Uint8Array(1))));
            const prefix = `list/${below}`;
            const listed: string[] = [];
            for (let after = ""; ; after = listed.at(-1) ?? "") {
              const page = await blobs.list({ prefix, after, limit });
              listed.push(...page.map((facts) => facts.key));
              if (page.length < limit) break;
            }
            const expected = keys.map((one) => `list/${one}`).filter((one) => one.startsWith(prefix));
            assert.deepEqual(listed, expected.sort());
          },
        ),
        { numRuns: 25 },
      ));

    test("a key cannot leave its place", async () => {
      for (const bad of [
        "",
        "/a",
        "a/",
        "a//b",
        ".",
        "..",
        "../a",
        "a/../b",
        "a/.b",
        "A",
        "a b",
        "a\\b",
        "a%2f",
        "a\0b",
        "é",
        "a?b",
        "a@",
        "x".repeat(201),
        `${"a/".repeat(300)}a`,
      ]) {
        await assert.rejects(blobs.put(bad, new Uint8Array(1)), RangeError, bad);
        await assert.rejects(async () => blobs.get(bad), RangeError, bad);
        await assert.rejects(async () => blobs.delete(bad), RangeError, bad);
      }
      for (const range of [{ start: -1 }, { start: 2, end: 1 }, { start: 0.5 }])
        await assert.rejects(blobs.get("a", { range }), RangeError);
      for (const limit of [0, 1001, 1.5]) await assert.rejects(blobs.list({ limit }), RangeError);
    });

    test("a blob under another blob's name as a folder keeps both", async () => {
      await blobs.put("both", Buffer.from("one"));
      await blobs.put("both/two", Buffer.from("two"));
      assert.equal(Buffer.from(await read(blobs, "both")).toString(), "one");
      assert.equal(Buffer.from(await read(blobs, "both/two")).toString(), "two");
    });

    test("the key of a content tells the content", async () => {
      const bytes = Buffer.from("evidence");
      await blobs.put(contentKey(sha256(bytes)), bytes, { ifAbsent: true });
      assert.deepEqual(Buffer.from(await read(blobs, contentKey(sha256(bytes)))), bytes);
      assert.throws(() => contentKey("no"), RangeError);
    });

    test("health says which maker answers", async () =>
      assert.deepEqual(await blobs.health(), { ok: true, maker: blobs.maker }));
  });
}

const word = fc.stringMatching(/^[ab_-][ab01._-]{0,4}$/);
const key = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join("/"));

async function read(blobs: Blobs, at: string, range?: { start: number; end?: number }): Promise<Uint8Array> {
  await using found = await blobs.get(at, range ? { range } : {});
  assert.ok(found, `${at} is not there`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of found.body) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

async function clear(blobs: Blobs, prefix: string): Promise<void> {
  for (const { key: at } of await blobs.list({ prefix })) await blobs.delete(at);
}

async function* gives(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function* failing(fault: Error): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(10);
  throw fault;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
