import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { runMeridian } from "./testing/run-meridian.ts";

let folder = "";
const at = (name: string) => join(folder, name);
const data = () => `--data=${at("data")}`;

/** A server on the data folder, until `work` is done. */
async function whileServing(work: () => Promise<void>): Promise<void> {
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  const server = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, "serve", "--port=0", data()], {
    env: { PATH: process.env["PATH"] ?? "" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = once(server, "close");
  try {
    let said = "";
    while (!said.includes("Open")) said += String((await once(server.stdout, "data"))[0]);
    await work();
  } finally {
    server.kill("SIGTERM");
    assert.equal((await ended)[0], 0);
  }
}

const exported = async (name: string) => {
  const run = await runMeridian(["ledger", "export", data(), "--out", at(name)]);
  assert.equal(run.code, 0, run.err);
  return at(name);
};
const verify = (...args: string[]) => runMeridian(["ledger", "verify", ...args]);
const keyOf = async (file: string) =>
  (JSON.parse((await readFile(file, "utf8")).split("\n")[0] ?? "") as { keys: string[] }).keys.at(-1) ?? assert.fail();

before(async () => void (folder = await mkdtemp(join(tmpdir(), "meridian-cli-ledger-"))));
after(() => rm(folder, { recursive: true, force: true }));

test("what a server did is exported while it runs and after, and verifies with its key, going on from before", async () => {
  await whileServing(async () => {
    // The first entries are signed within a second.
    while ((await runMeridian(["ledger", "export", data(), "--out", at("one")])).code !== 0);
    await runMeridian(["sign-in-link", data()]);
  });
  const [one, two] = [at("one"), await exported("two")];
  const key = await keyOf(one);
  const proven = await verify(two, "--key", key, "--against", one);
  assert.equal(proven.code, 0, proven.out);
  assert.match(proven.out, /^PROVEN: [^]*signed by +meridian\.invalid\/\w{16}\+\w{8}\n[^]*goes on from/m);
  assert.match(await readFile(two, "utf8"), /"action":"links\.make","actor":"system:terminal"/);
  assert.deepEqual((await readdir(folder)).sort(), ["data", "one", "two"], "no half-written file stays");
});

test("without a key the file only vouches for itself, which is an exit code of its own", async () => {
  const alone = await verify(at("two"));
  assert.equal(alone.code, 3);
  assert.match(alone.out, /^INTACT: [^]*Nobody vouches for its key/m);
  const told = JSON.parse((await verify(at("two"), "--json")).out) as { size: number; tamperings: unknown[] };
  assert.deepEqual([told.size > 3, told.tamperings], [true, []]);
});

test("each way of tampering ends with 1 and names the entry", async () => {
  const key = await keyOf(at("two"));
  const lines = (await readFile(at("two"), "utf8")).trimEnd().split("\n");
  const entry = (n: number) => lines.findIndex((line) => line.includes(`"index":${n},`));
  const [a, b] = [entry(1), entry(2)];
  const cases: Record<string, [string[], RegExp]> = {
    changed: [lines.with(a, (lines[a] ?? "").replace("done", "dane")), /Entry 1 was changed/],
    dropped: [lines.toSpliced(a, 1), /Entry 1 is missing/],
    reordered: [lines.with(a, lines[b] ?? "").with(b, lines[a] ?? ""), /Entry 1 is not in its place and stands later/],
    truncated: [lines.slice(0, b), /ends after entry 1; its first line promises/],
  };
  for (const [name, [bad, says]] of Object.entries(cases)) {
    await writeFile(at(name), `${bad.join("\n")}\n`);
    const run = await verify(at(name), "--key", key);
    assert.equal(run.code, 1, name);
    assert.match(run.out, /^NOT PROVEN/);
    assert.match(run.out, says);
  }
  const rolledBack = await verify(at("one"), "--key", key, "--against", at("two"));
  assert.equal(rolledBack.code, 1);
  assert.match(rolledBack.out, /are gone/);
});

test("a second history of one key is found by what is left of the first, with the first entry that differs", async () => {
  const one = JSON.parse((await verify(at("one"), "--json")).out) as { size: number };
  // Another server with the same key and name, as whoever holds both could run.
  const key = (await readFile(join(at("data"), "ledger-key"), "utf8")).trim();
  const first = JSON.parse((await readFile(at("one"), "utf8")).split("\n")[0] ?? "") as { origin: string };
  const other = `--data=${at("other")}`;
  const env = { MERIDIAN_LEDGER_KEY: key };
  const serveOnce = async () => {
    let told = false;
    const run = await runMeridian(["serve", "--port=0", other, `--ledger-origin=${first.origin}`], {
      env,
      watch(running) {
        // A second signal would not wait.
        if (told || !running.out.includes("Open")) return;
        told = true;
        running.kill("SIGTERM");
      },
    });
    assert.equal(run.code, 0, run.err);
  };
  await serveOnce();
  for (let n = 0; n < one.size; n += 1) await runMeridian(["sign-in-link", other], { env });
  await serveOnce();
  assert.equal((await runMeridian(["ledger", "export", other, "--out", at("fork")])).code, 0);
  const verifier = await keyOf(at("one"));
  assert.equal((await verify(at("fork"), "--key", verifier)).code, 0, "the fork by itself is fine");
  const found = await verify(at("fork"), "--key", verifier, "--against", at("one"));
  assert.equal(found.code, 1);
  assert.match(found.out, /this is another history[^]*Entry 0 is the first that is not the older export's/);
});

test("a new key is trusted through the old one", async () => {
  const before = await keyOf(at("two"));
  const rotated = await runMeridian(["ledger", "rotate-key", data()]);
  assert.equal(rotated.code, 0, rotated.err);
  const three = await exported("three");
  assert.equal(await keyOf(three), rotated.out.trim());
  for (const key of [before, rotated.out.trim()])
    assert.equal((await verify(three, "--key", key, "--against", at("two"))).code, key === before ? 0 : 1);
  assert.equal((await verify(three, "--key", before, "--key", rotated.out.trim(), "--against", at("two"))).code, 0);
});

test("what can't be read or meant is refused with 2", async () => {
  for (const args of [
    ["verify"],
    ["verify", at("none")],
    ["verify", at("one"), "--key", "x"],
    ["lose"],
    ["export", data(), "--from", "x"],
  ])
    assert.equal((await runMeridian(["ledger", ...args])).code, 2, args.join(" "));
  assert.equal((await runMeridian(["ledger", "--help"])).code, 0);
});
