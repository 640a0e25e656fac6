import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { Secret } from "#kernel";
import { startS3, type TestS3 } from "#platform/testing";
import { datePrefixes } from "../core/date-prefix.ts";
import { openDesk } from "../testing/open-desk.ts";
import { BucketError, type BucketReader, bucketReader } from "./bucket-reader.ts";
import { pollBucket } from "./poll-bucket.ts";

function urlOf({ bucket, region, accessKeyId, secretAccessKey }: TestS3): Secret {
  const endpoint = encodeURIComponent(bucket.origin);
  return new Secret(
    `s3://${accessKeyId}:${encodeURIComponent(secretAccessKey)}@bucket/logs?region=${region}&endpoint=${endpoint}`,
  );
}

async function openPoll(from: "start" | "end" = "start") {
  const s3 = await startS3();
  const folder = await mkdtemp(join(tmpdir(), "meridian-bucket-"));
  const desk = openDesk();
  const clock = {
    now: () => desk.clock.now(),
    sleep: (_: number, signal?: AbortSignal) => desk.clock.sleep(5, signal),
  };
  const stateFile = join(folder, "state.json");
  const locked = new Set<string>();
  const bucket = bucketReader(urlOf(s3));
  let lists = 0;
  const reader: BucketReader = {
    async *list(...asked) {
      yield* bucket.list(...asked);
      lists += 1;
    },
    async open(key, signal) {
      if (locked.has(key)) throw new BucketError("GET was answered with 403");
      return bucket.open(key, signal);
    },
  };
  const options = { source: "trail", reader, prefix: "", from, every: 1, stateFile };
  let stop = new AbortController();
  let running = Promise.resolve();
  const start = () => {
    stop = new AbortController();
    running = pollBucket({ desk: desk.desk, clock, log: desk.log }, options, stop.signal);
  };
  const halt = async () => {
    stop.abort();
    await running;
  };
  return {
    ...desk,
    s3,
    locked,
    /** Resolves once the bucket was listed. */
    async listed() {
      while (lists === 0) await clock.sleep(1);
    },
    start,
    halt,
    async [Symbol.asyncDispose]() {
      await halt();
      await rm(folder, { recursive: true });
      await s3[Symbol.asyncDispose]();
    },
  };
}

test("CloudTrail's and Logpush's objects, packed or not, under any name, are each read once, across restarts and failures", async () => {
  await using poll = await openPoll();
  const trail = {
    Records: [
      { eventName: "ConsoleLogin", n: 1 },
      { eventName: "GetObject", n: 2 },
    ],
  };
  poll.s3.plant(
    "logs/AWSLogs/1/CloudTrail/eu-west-1/2026/01/31/1_CloudTrail_20260131T0400Z_Ab&+ é.json.gz",
    gzipSync(JSON.stringify(trail)),
  );
  poll.s3.plant(
    "logs/20260131/20260131T040000Z.log.zst",
    zstdCompressSync('{"ClientIP":"192.0.2.1","n":3}\n{"n":4}\n'),
  );
  poll.s3.plant("logs/plain.log", Buffer.from('{"n":5}\n'));
  poll.s3.plant("elsewhere/plain.log", Buffer.from('{"n":6}\n'));
  poll.start();
  await poll.until(5);
  await poll.halt();
  const keys = poll.reading.deliveries.length;
  poll.s3.failNext(2, 503);
  poll.start();
  poll.s3.plant("logs/later.log", Buffer.from('{"n":7}\n'));
  await poll.until(6);
  assert.equal(poll.reading.deliveries.length, keys + 1);
  assert.deepEqual(poll.reading.records.map(({ body }) => body["n"]).toSorted(), [1, 2, 3, 4, 5, 7]);
  assert.ok(poll.reading.deliveries.every(({ facts }) => facts?.["object"]?.startsWith("logs/")));
});

test("an object that is damaged is left and said so, and the next one is read", async () => {
  await using poll = await openPoll();
  poll.s3.plant("logs/a.gz", gzipSync(`${'{"n":1}\n'.repeat(50_000)}`).subarray(0, 100));
  poll.s3.plant("logs/b.log", Buffer.from('{"n":2}\n'));
  poll.start();
  while (!poll.reading.records.some(({ body }) => body["n"] === 2)) await poll.clock.sleep(5);
  assert.ok(poll.lines.some((line) => line.includes("logs/a.gz")));
});

test("an object that the bucket will not give holds up no other, and is read once it is given", async () => {
  await using poll = await openPoll();
  poll.s3.plant("logs/a.log", Buffer.from('{"n":1}\n'));
  poll.s3.plant("logs/b.log", Buffer.from('{"n":2}\n'));
  poll.locked.add("logs/a.log");
  poll.start();
  await poll.until(1);
  assert.deepEqual(
    poll.reading.records.map(({ body }) => body["n"]),
    [2],
  );
  poll.locked.clear();
  await poll.until(2);
  assert.deepEqual(
    poll.reading.records.map(({ body }) => body["n"]),
    [2, 1],
  );
});

test("from the end: what is put while nobody reads is read, though nothing had been read before", async () => {
  await using poll = await openPoll("end");
  poll.start();
  await poll.listed();
  await poll.halt();
  poll.s3.plant("logs/a.log", Buffer.from('{"n":1}\n'));
  await poll.clock.sleep(1_100);
  poll.start();
  await poll.until(1);
});

test("a prefix with a date in it is today's and yesterday's, and after an outage of every day since", () => {
  const at = Date.UTC(2026, 2, 1, 0, 5);
  assert.deepEqual(datePrefixes("AWSLogs/{yyyy}/{MM}/{dd}/", at), ["AWSLogs/2026/02/28/", "AWSLogs/2026/03/01/"]);
  assert.deepEqual(datePrefixes("logs/", at), ["logs/"]);
  const since = Date.UTC(2026, 1, 27, 23, 59);
  assert.deepEqual(datePrefixes("{MM}/{dd}/", at, since), ["02/27/", "02/28/", "03/01/"]);
  assert.equal(datePrefixes("{yyyy}/{MM}/{dd}/", at, 1).length, 100);
});
