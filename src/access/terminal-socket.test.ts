import assert from "node:assert/strict";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Secret } from "#kernel";
import { askForLink, listenForTerminal } from "./terminal-socket.ts";

test("the running server hands links to the owner of its data folder, and only while it runs", async () => {
  const folder = await mkdtemp(join(tmpdir(), "meridian-socket-"));
  const path = join(folder, "terminal.sock");
  try {
    assert.deepEqual(await askForLink(path), { ok: false, error: "no-server" });
    let count = 0;
    const listening = await listenForTerminal(path, async () => new Secret(`link ${(count += 1)}`));
    assert.ok(listening.ok);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.deepEqual(await Promise.all([askForLink(path), askForLink(path)]), [
      { ok: true, value: "link 1" },
      { ok: true, value: "link 2" },
    ]);
    await listening.value[Symbol.asyncDispose]();
    assert.deepEqual(await askForLink(path), { ok: false, error: "no-server" });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("a folder whose path leaves no room for a socket is told, not failed on", async () => {
  assert.deepEqual(await listenForTerminal(`/${"x".repeat(107)}`, () => assert.fail()), {
    ok: false,
    error: "too-long",
  });
});
