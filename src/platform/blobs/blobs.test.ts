import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { instant, Secret } from "#kernel";
import { settableClock } from "../clock.ts";
import { openFolderBlobs } from "./folder-blobs.ts";
import { readListing } from "./read-listing.ts";
import { openS3Blobs } from "./s3-blobs.ts";
import { S3Error } from "./s3-error.ts";
import { blobsConformance } from "./testing/blobs-conformance.ts";
import { startS3, type TestS3 } from "./testing/s3-server.ts";

blobsConformance("a folder", async () => {
  const folder = await mkdtemp(join(tmpdir(), "meridian-blobs-"));
  return {
    blobs: await openFolderBlobs({ folder }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
});

blobsConformance("an S3 bucket", async () => {
  const spoolFolder = await mkdtemp(join(tmpdir(), "meridian-spool-"));
  const server = await startS3();
  return {
    blobs: await openS3(server, spoolFolder),
    async [Symbol.asyncDispose]() {
      assert.deepEqual(await readdir(spoolFolder), [], "nothing is left in the spool");
      await server[Symbol.asyncDispose]();
      await rm(spoolFolder, { recursive: true });
    },
  };
});

test("blobs in a folder: what a crash left half-written is gone at the next start", async () => {
  const folder = await mkdtemp(join(tmpdir(), "meridian-blobs-"));
  await openFolderBlobs({ folder });
  await writeFile(join(folder, ".incoming", "half"), "half");
  const blobs = await openFolderBlobs({ folder });
  assert.deepEqual(await readdir(join(folder, ".incoming")), []);
  assert.deepEqual(await blobs.list(), []);
  await rm(folder, { recursive: true });
});

test("blobs in S3: a busy store is asked again, later each time, and given up after a few times", async () => {
  await using server = await startS3();
  const clock = settableClock(instant(0));
  let retries = 0;
  const blobs = await openS3(server, tmpdir(), { clock, onRetry: () => void (retries += 1) });
  const asked = async (count: number, status: number) => {
    server.failNext(count, status);
    const put = blobs.put("patient", Buffer.from("x")).then(
      ({ outcome }) => outcome,
      (error: unknown) => error,
    );
    let done = false;
    void put.then(() => (done = true));
    while (!done) {
      if (clock.sleepers > 0) clock.advance(5000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return put;
  };
  assert.equal(await asked(4, 503), "stored");
  assert.equal(await asked(4, 0), "stored");
  const gaveUp = await asked(5, 503);
  assert.ok(gaveUp instanceof S3Error && gaveUp.status === 503 && gaveUp.code === "SlowDown");
  const refused = await asked(1, 403);
  assert.ok(refused instanceof S3Error && refused.status === 403);
  assert.equal(retries, 4 + 4 + 4, "each further try is told of");
});

test("blobs in S3: wrong credentials are told as such, and the secret is not", async () => {
  await using server = await startS3();
  const blobs = await openS3({ ...server, secretAccessKey: "wrong-secret" }, tmpdir());
  await assert.rejects(blobs.list(), (error: unknown) => {
    assert.ok(error instanceof S3Error && error.code === "SignatureDoesNotMatch");
    return !error.message.includes("wrong-secret");
  });
  const health = await blobs.health();
  assert.equal(health.ok, false);
});

test("blobs in S3: objects of others do not show, and do not end a list early", async () => {
  await using server = await startS3();
  const blobs = await openS3(server, tmpdir());
  for (const name of ["A & B", "has space", "<x>", "UPPER"]) server.plant(`ours/${name}`, new Uint8Array(1));
  server.plant("theirs/a", new Uint8Array(1));
  await blobs.put("z", new Uint8Array(1));
  assert.deepEqual(
    (await blobs.list({ limit: 2 })).map(({ key }) => key),
    ["z"],
  );
});

test("a list that is none is an error, not an empty list", () => {
  for (const bad of ["", "<html></html>", "<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>"])
    assert.throws(() => readListing(bad), SyntaxError, bad);
});

test("a list is read or refused, whatever the bytes", () =>
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...listPieces), { maxLength: 20 }), (pieces) => {
      try {
        const { objects } = readListing(pieces.join(""));
        assert.ok(objects.every(({ size, putAt }) => Number.isSafeInteger(size) && Number.isSafeInteger(putAt)));
      } catch (error) {
        assert.ok(error instanceof SyntaxError, String(error));
      }
    }),
  ));

const listPieces = [
  "<ListBucketResult>",
  "</ListBucketResult>",
  "<Contents>",
  "</Contents>",
  "<Key>",
  "</Key>",
  "<Size>",
  "</Size>",
  "<LastModified>",
  "</LastModified>",
  "2026-01-01T00:00:00Z",
  "12",
  "1e400",
  "&#x110000;",
  "&#99999999;",
  "&amp;",
  "&nope;",
  "\0",
  "é",
];

async function openS3(
  {
    bucket,
    region,
    accessKeyId,
    secretAccessKey,
  }: Pick<TestS3, "bucket" | "region" | "accessKeyId" | "secretAccessKey">,
  spoolFolder: string,
  { clock = settableClock(instant(0)), onRetry = () => {} } = {},
) {
  return openS3Blobs({
    onRetry,
    bucket,
    prefix: "ours/",
    region,
    accessKeyId,
    secretAccessKey: new Secret(secretAccessKey),
    spoolFolder,
    clock,
  });
}
