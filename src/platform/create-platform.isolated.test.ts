import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Secret } from "#kernel";
import { systemClock } from "./clock.ts";
import { startS3 } from "./blobs/testing/s3-server.ts";
import { createPlatform, PlatformError } from "./create-platform.ts";
import { type DataFolder, openDataFolder } from "./data-folder.ts";
import { startClickHouse } from "./events/testing/clickhouse.ts";
import { readBlobsUrl } from "./read-blobs-url.ts";
import { skipPostgres, startPostgres } from "./records/testing/postgres.ts";
import { skipNats, startNats } from "./streams/testing/nats.ts";

const all = ["records", "events", "streams", "blobs"] as const;

test("without a setting everything lives in the data folder and this process, and is found again there", () =>
  inFolder(async (folder) => {
    for (let times = 0; times < 2; times += 1) {
      await using platform = await createPlatform({ parts: all, folder, clock: systemClock });
      const health = await platform.health();
      assert.deepEqual(
        all.map((name) => [health[name].ok, health[name].maker]),
        [
          [true, "sqlite"],
          [true, "chdb"],
          [true, "memory"],
          [true, "folder"],
        ],
      );
      if (times === 0) await platform.blobs.put("kept", Buffer.from("kept"));
      else assert.equal((await platform.blobs.head("kept"))?.size, 4);
    }
  }));

test("each URL moves its part to the other maker", { skip: skipPostgres || skipNats }, () =>
  inFolder(async (folder) => {
    await using postgres = await startPostgres();
    await using nats = await startNats();
    await using s3 = await startS3();
    await using clickhouse = await startClickHouse(await folder.folder("server"));
    const { accessKeyId, secretAccessKey, region, bucket } = s3;
    await using platform = await createPlatform({
      parts: all,
      folder,
      clock: systemClock,
      databaseUrl: new Secret(await postgres.database()),
      clickhouseUrl: new Secret(clickhouse.url),
      natsUrl: new Secret(nats.url),
      blobsUrl: new Secret(
        `s3://${accessKeyId}:${encodeURIComponent(secretAccessKey)}@bucket/ours?region=${region}&endpoint=${encodeURIComponent(bucket.origin)}`,
      ),
    });
    const health = await platform.health();
    assert.deepEqual(
      all.map((name) => [health[name].ok, health[name].maker]),
      [
        [true, "postgres"],
        [true, "clickhouse"],
        [true, "jetstream"],
        [true, "s3"],
      ],
    );
  }),
);

test("a part that cannot be opened is named, without its password, and the others are closed again", () =>
  inFolder(async (folder) => {
    for (const [part, setting, url] of [
      ["records", "databaseUrl", "postgres://meridian:hunter2@127.0.0.1:1/none"],
      ["events", "clickhouseUrl", "http://meridian:hunter2@127.0.0.1:1/none"],
      ["streams", "natsUrl", "nats://meridian:hunter2@127.0.0.1:1"],
      ["blobs", "blobsUrl", "s3://meridian:hunter2@bucket"],
    ] as const)
      await assert.rejects(
        createPlatform({ parts: ["blobs", part], folder, clock: systemClock, [setting]: new Secret(url) }),
        (error) => error instanceof PlatformError && error.part === part && !error.message.includes("hunter2"),
        part,
      );
  }));

test("health tells of a part that went away, and does not fail itself", () =>
  inFolder(async (folder) => {
    const server = await startClickHouse(await folder.folder("server"));
    await using platform = await createPlatform({
      parts: ["events"],
      folder,
      clock: systemClock,
      clickhouseUrl: new Secret(server.url),
    });
    await server.kill();
    assert.equal((await platform.health()).events.ok, false);
  }));

test("importing the platform loads no package of a maker", async () => {
  const loadedBy = async (module: string) => {
    const script = `
      const { registerHooks } = await import("node:module");
      const loaded = new Set();
      registerHooks({
        load(url, context, next) {
          const [, name] = /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url) ?? [];
          if (name) loaded.add(name);
          return next(url, context);
        },
      });
      await import(${JSON.stringify(module)});
      console.log([...loaded].join());`;
    const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", script];
    return (await promisify(execFile)(process.execPath, args, { cwd: new URL(".", import.meta.url) })).stdout.trim();
  };
  assert.match(await loadedBy("./records/postgres-records.ts"), /\bpg\b/, "the test sees what is loaded");
  assert.equal(await loadedBy("#platform"), "");
});

test("a bucket's URL is read as it is written, or refused without repeating its secret", () => {
  const read = readBlobsUrl(new Secret("s3://key:se%2Fcret@bucket/a/b/?region=eu-west-1"));
  assert.deepEqual(
    [read.bucket.href, read.prefix, read.region, read.accessKeyId, read.secretAccessKey.reveal()],
    ["https://bucket.s3.eu-west-1.amazonaws.com/", "a/b/", "eu-west-1", "key", "se/cret"],
  );
  const elsewhere = new Secret("s3://key:secret@bucket?region=auto&endpoint=http%3A%2F%2F127.0.0.1%3A9000%2F");
  assert.equal(readBlobsUrl(elsewhere).bucket.href, "http://127.0.0.1:9000/bucket");
  for (const bad of [
    "",
    "https://key:secret@bucket?region=a",
    "s3://bucket?region=a",
    "s3://key:secret@bucket",
    "s3://key:secret@bucket?region=a&endpoint=ftp%3A%2F%2Fx",
    "s3://key:secret@bucket/a%20b?region=a",
  ])
    assert.throws(
      () => readBlobsUrl(new Secret(bad)),
      (error) => error instanceof TypeError && !error.message.includes("key:secret"),
      bad,
    );
});

async function inFolder(work: (folder: DataFolder) => Promise<void>): Promise<void> {
  const path = await mkdtemp(join(tmpdir(), "meridian-platform-"));
  try {
    await using folder = await openDataFolder(path);
    await work(folder);
  } finally {
    await rm(path, { recursive: true });
  }
}
