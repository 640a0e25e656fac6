import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { DataFolderError, openDataFolder } from "./data-folder.ts";

describe("the data folder", () => {
  let parent: string;
  let count = 0;
  const place = () => join(parent, `folder-${(count += 1)}`);
  before(async () => void (parent = await mkdtemp(join(tmpdir(), "meridian-folder-"))));
  after(() => rm(parent, { recursive: true }));

  test("is made for its owner alone, and can be opened again once closed", async () => {
    const path = place();
    for (let times = 0; times < 2; times += 1) {
      await using folder = await openDataFolder(path);
      assert.equal((await stat(folder.path)).mode & 0o777, 0o700);
      assert.equal((await stat(await folder.folder("records"))).mode & 0o777, 0o700);
    }
  });

  test("is refused to a second opener in this process, by whatever path it comes", async () => {
    const path = place();
    await using folder = await openDataFolder(path);
    await symlink(folder.path, `${path}-link`);
    for (const other of [path, `${path}-link`]) await assert.rejects(openDataFolder(other), heldBy(process.pid));
  });

  test("is refused while another process holds it, naming that process, and free once that is killed", async () => {
    const path = place();
    const holder = await hold(path);
    await assert.rejects(openDataFolder(path), heldBy(holder.pid));
    holder.kill("SIGKILL");
    await once(holder, "exit");
    await using folder = await openDataFolder(path);
    assert.ok(folder.path);
  });

  test("of many processes that come at once, one gets it", async () => {
    const path = place();
    const came = await Promise.allSettled(Array.from({ length: 6 }, () => hold(path)));
    const holders = came.filter((result) => result.status === "fulfilled").map(({ value }) => value);
    assert.equal(holders.length, 1);
    for (const holder of holders) holder.kill("SIGKILL");
    await Promise.all(holders.map((holder) => holder.exitCode ?? once(holder, "exit")));
  });

  test("is not held by a file that a dead process left, even when its pid lives again", async () => {
    const path = place();
    await (await openDataFolder(path))[Symbol.asyncDispose]();
    await writeFile(join(path, "holder.json"), JSON.stringify({ pid: process.ppid, host: "here" }));
    await using folder = await openDataFolder(path);
    assert.deepEqual(JSON.parse(await readFile(join(folder.path, "holder.json"), "utf8")).pid, process.pid);
  });

  test("written by a newer program is refused, and stays free", async () => {
    const path = place();
    await (await openDataFolder(path))[Symbol.asyncDispose]();
    await writeFile(join(path, "format.json"), '{"format": 99}');
    for (let times = 0; times < 2; times += 1)
      await assert.rejects(openDataFolder(path), (error) => error instanceof DataFolderError && error.code === "newer");
  });

  test("whose format cannot be read, or which is no folder, is refused", async () => {
    const unreadable = (error: unknown) => error instanceof DataFolderError && error.code === "unreadable";
    const path = place();
    await (await openDataFolder(path))[Symbol.asyncDispose]();
    await writeFile(join(path, "format.json"), '{"format": "x"}');
    await assert.rejects(openDataFolder(path), unreadable);
    const file = place();
    await writeFile(file, "");
    await assert.rejects(openDataFolder(file), unreadable);
  });
});

function heldBy(pid: number | undefined): (error: unknown) => boolean {
  return (error) =>
    error instanceof DataFolderError &&
    error.code === "held" &&
    error.holder === pid &&
    error.message.includes(String(pid));
}

/** Rejects when the process could not get the folder. */
async function hold(path: string) {
  const script = fileURLToPath(new URL("testing/hold-folder.ts", import.meta.url));
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, path], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const said = await Promise.race([once(child.stdout, "data").then(String), once(child, "exit").then(() => "refused")]);
  if (said === "refused") throw new Error("the folder was refused");
  return child;
}
