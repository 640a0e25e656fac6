import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { root } from "./run-program.ts";

function launched(env: Record<string, string>): string[] {
  const { PATH = "" } = process.env;
  const script =
    '. "$here/scripts/node24.sh"; "$NODE24" -p "process.versions.node + \\" \\" + process.env.UV_THREADPOOL_SIZE"';
  const { stdout, stderr } = spawnSync("sh", ["-euc", script], { encoding: "utf8", env: { PATH, here: root, ...env } });
  assert.equal(stderr, "");
  return stdout.trim().split(" ");
}

test("the launchers run Node 24 or newer, with threads enough for the engine and for files", () => {
  const [version = "", threads] = launched({});
  assert.ok(Number.parseInt(version, 10) >= 24, version);
  assert.equal(threads, "12");
});

test("a number of threads that the user has set is kept", () => {
  assert.equal(launched({ UV_THREADPOOL_SIZE: "3" })[1], "3");
});
