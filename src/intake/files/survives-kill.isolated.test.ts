import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const reader = fileURLToPath(new URL("../testing/tailing-reader.ts", import.meta.url));
const rounds = 8;

test("killed again and again while a log is written and rotated, its reader takes every line, and each under one name", async () => {
  const folder = await mkdtemp(join(tmpdir(), "meridian-tail-kill-"));
  try {
    const path = join(folder, "app.log");
    let written = 0;
    const write = async () => {
      const lines = Array.from({ length: 50 }, () => `{"n":${written++}}\n`);
      await appendFile(path, lines.join(""));
    };
    const taken = async () =>
      (await readFile(join(folder, "taken"), "utf8").catch(() => "")).split("\n").filter(Boolean);
    const until = async (count: number) => {
      while (new Set(await taken()).size < count) await pause(10);
    };
    await write();
    for (let round = 0; round < rounds; round += 1) {
      const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", reader, folder], {
        stdio: ["ignore", "ignore", "inherit"],
      });
      const exited = once(child, "exit");
      await until(Math.min(written, (await taken()).length + 1));
      for (let n = 0; n < 1 + (round % 4); n += 1) await write();
      if (round % 3 === 1) await rename(path, `${path}.${round}`);
      await write();
      if (round === rounds - 1) await until(written);
      child.kill("SIGKILL");
      await exited;
    }
    const names = new Set(await taken());
    assert.deepEqual(
      [...names].map((name) => Number(/"n":(\d+)/.exec(name)?.[1])).toSorted((a, b) => a - b),
      Array.from({ length: written }, (_, n) => n),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
