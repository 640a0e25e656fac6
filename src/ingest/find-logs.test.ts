import assert from "node:assert/strict";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { after, before, describe, test } from "node:test";
import { findLogs } from "./find-logs.ts";

describe("finding logs", () => {
  let root: string;
  before(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), "meridian-find-logs-")));
    await mkdir(join(root, "b/deep"), { recursive: true });
    await mkdir(join(root, "empty"));
    for (const name of ["c.log", "a.json", "b/2", "b/10", "b/deep/x", ".hidden"]) await writeFile(join(root, name), "");
    await symlink("..", join(root, "b/up"));
    await symlink("c.log", join(root, "d-link"));
    await symlink("self", join(root, "self"));
    await symlink("nowhere", join(root, "dangling"));
  });
  after(() => rm(root, { recursive: true }));

  async function find(...paths: string[]): Promise<string[]> {
    const found: string[] = [];
    for await (const log of findLogs(paths)) {
      const name = log.path === "-" ? "-" : relative(root, log.path);
      found.push(log.kind === "log" ? name : `${name}: ${log.code}`);
    }
    return found;
  }

  test("a folder is walked in a stable order, hidden files too, and nothing is left out silently", async () => {
    assert.deepEqual(await find(root), [
      ".hidden",
      "a.json",
      "b/10",
      "b/2",
      "b/deep/x",
      "b/up: loop",
      "c.log",
      "d-link: already-read",
      "dangling: unreadable",
      "self: loop",
    ]);
  });

  test("paths come in the order they were named; a file named twice is read once", async () => {
    const [c, b] = [join(root, "c.log"), join(root, "b/deep")];
    assert.deepEqual(await find(c, "-", b, c), ["c.log", "-", "b/deep/x", "c.log: already-read"]);
  });

  test("a link that is named is followed", async () => {
    assert.deepEqual(await find(join(root, "d-link")), ["d-link"]);
    assert.deepEqual(await find(join(root, "b/up/b/deep")), ["b/up/b/deep/x"]);
  });

  test("what can't be read is told with its path", async () => {
    assert.deepEqual(await find(join(root, "missing")), ["missing: unreadable"]);
    assert.deepEqual(await find("/dev/null"), [`${relative(root, "/dev/null")}: not-a-log`]);
  });
});
