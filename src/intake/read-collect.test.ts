import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Refusal } from "#kernel";
import { readCollect } from "./read-collect.ts";

test("what is to be fetched is read with its URLs from files of their own, or refused with the place that is wrong", async () => {
  const folder = await mkdtemp(join(tmpdir(), "meridian-collect-"));
  try {
    const path = join(folder, "collect.yml");
    await writeFile(join(folder, "trail-url"), "s3://id:secret@trail/logs?region=eu-west-1\n");
    const good =
      "files:\n  - { source: web, paths: [/var/log/nginx/*.log], from: end }\n" +
      "buckets:\n  - { source: trail, urlFile: trail-url, prefix: 'AWSLogs/{yyyy}/', every: 30s }\n";
    await writeFile(path, good);
    const { files, buckets, nats } = await readCollect(path);
    assert.deepEqual(files, [{ source: "web", paths: ["/var/log/nginx/*.log"], from: "end" }]);
    assert.equal(buckets[0]?.url.reveal(), "s3://id:secret@trail/logs?region=eu-west-1");
    assert.equal(buckets[0]?.every, 30_000);
    assert.deepEqual(nats, []);
    const wrong = async (text: string, says: RegExp) => {
      await writeFile(path, text);
      await assert.rejects(readCollect(path), (error) => error instanceof Refusal && says.test(error.message));
    };
    await wrong("files: [{ source: Web, paths: [x] }]", /files\.0\.source/);
    await wrong("files: [{ source: web, paths: [x] }, { source: web, paths: [y] }]", /web stands there twice/);
    await wrong("buckets: [{ source: a, urlFile: nowhere }]", /nowhere.*ENOENT/);
    await writeFile(join(folder, "servers"), "nats://u:hunter2@one:4222,nats://u:hunter2@two :4222");
    await wrong("nats: [{ source: a, urlFile: servers, stream: s }]", /^(?!.*hunter2).*servers holds no URL/);
    await wrong("folders: []", /folders|Unrecognized/i);
    await assert.rejects(readCollect(join(folder, "none.yml")), Refusal);
  } finally {
    await rm(folder, { recursive: true });
  }
});
