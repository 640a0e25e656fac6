import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runTerminalVerb } from "#access";
import { upkeepVerbs } from "./hold-verb.ts";

let folder = "";
before(async () => void (folder = await mkdtemp(join(tmpdir(), "meridian-hold-"))));
after(() => rm(folder, { recursive: true, force: true }));

const { signal } = new AbortController();

test("one backup is made at a time; one whose maker is gone holds up nobody, and nothing of it stays", async () => {
  await mkdir(join(folder, "snapshots", "backup_left"), { recursive: true });
  await writeFile(join(folder, "snapshots", "backup_left", "records.sqlite"), "old");
  const verbs = upkeepVerbs({ folder, events: undefined });
  const hold = (pid: number) => runTerminalVerb(verbs, "backup.hold", { pid }, signal) as Promise<{ snapshot: string }>;
  const held = () => readdir(join(folder, "snapshots"));
  // No process has so high a number.
  const first = await hold(2 ** 30);
  assert.deepEqual(await held(), [first.snapshot]);
  const second = await hold(process.ppid);
  assert.deepEqual(await held(), [second.snapshot]);
  await assert.rejects(hold(process.pid), { code: "upkeep/one-at-a-time", details: { pid: process.ppid } });
  await rm(join(folder, "snapshots", second.snapshot), { recursive: true });
  await hold(process.pid);
});
