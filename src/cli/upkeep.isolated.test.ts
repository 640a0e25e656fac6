import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runMeridian, type Running } from "./testing/run-meridian.ts";

let folder = "";
before(async () => void (folder = await mkdtemp(join(tmpdir(), "meridian-upkeep-"))));
after(() => rm(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const meridian = (data: string, ...args: string[]) => runMeridian(args, { env: { MERIDIAN_DATA: at(data) } });

/** A server over a folder, until it is told to stop. */
async function serving(data: string) {
  const ready = Promise.withResolvers<string>();
  let running: Running | undefined;
  const ended = runMeridian(["serve", "--port=0", "--log-level=warn"], {
    env: { MERIDIAN_DATA: at(data) },
    watch(now) {
      running = now;
      const found = /Open +(\S+)/.exec(now.out)?.[1];
      if (found !== undefined) ready.resolve(found);
    },
  });
  const url = await Promise.race([ready.promise, ended.then(({ err }) => assert.fail(err))]);
  return {
    url,
    async [Symbol.asyncDispose]() {
      running?.kill("SIGTERM");
      assert.equal((await ended).code, 0);
    },
  };
}

interface Told {
  readonly worst: string;
  readonly findings: readonly { id: string; state: string; says: string; advice?: string }[];
}

const doctor = async (data: string, env: Record<string, string> = {}, ...args: string[]) => {
  const { code, out } = await runMeridian(["doctor", "--json", ...args], { env: { MERIDIAN_DATA: at(data), ...env } });
  const told = JSON.parse(out) as Told;
  const stateOf = (id: string) => told.findings.find((finding) => finding.id === id)?.state;
  return { code, out, told, stateOf };
};

test("a token made, and events accepted, before a backup of a running server are there where it is restored", async () => {
  let token = "";
  let done;
  {
    await using server = await serving("one");
    token = (await meridian("one", "token", "create", "--role", "reader")).out.trim();
    const source = (await meridian("one", "token", "create", "--source", "edge")).out.trim();
    const body = Array.from({ length: 50 }, (_, n) => `${JSON.stringify({ message: `kept ${n}`, n })}\n`).join("");
    const sent = await fetch(`${server.url}/api/ingest/edge`, {
      method: "POST",
      headers: { authorization: `Bearer ${source}`, "content-type": "application/x-ndjson" },
      body,
    });
    assert.deepEqual([sent.status, ((await sent.json()) as { accepted: number }).accepted], [200, 50]);
    done = await meridian("one", "backup", at("one.tar"));
    assert.equal(done.code, 0, done.err);
    assert.match(done.err, /made while the server runs/);
    assert.equal((await doctor("one")).stateOf("holder"), "ok");
  }
  const [sha256 = "", file = ""] = done.out.trim().split("  ");
  assert.match(sha256, /^[0-9a-f]{64}$/);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  const checked = await meridian("unused", "restore", file, "--check");
  assert.equal(checked.code, 0, checked.err);
  const restored = await runMeridian(["restore", file, "--data", at("two")]);
  assert.equal(restored.code, 0, restored.err);
  await using server = await serving("two");
  const found = await fetch(`${server.url}/api/search`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ query: "kept", limit: 100 }),
  });
  assert.equal(found.status, 200);
  const text = await found.text();
  for (let n = 0; n < 50; n += 1) assert.ok(text.includes(`kept ${n}`), `event ${n} is there`);
});

test("the doctor finds what is bad, says what to do, and ends as the worst of it", async () => {
  await using busy = createServer();
  await new Promise<void>((resolve) => void busy.listen(0, "127.0.0.1", resolve));
  const address = busy.address();
  const port = typeof address === "object" && address ? String(address.port) : "";
  const key = at("metrics-token");
  await writeFile(key, "0123456789abcdef0123456789");
  await chmod(key, 0o644);
  const secrets = {
    MERIDIAN_METRICS_TOKEN_FILE: key,
    MERIDIAN_DATABASE_URL: "postgres://somebody:very-secret@127.0.0.1:1/db",
    MERIDIAN_NATS_URL: "nats://somebody:very-secret@127.0.0.1:1",
    MERIDIAN_TYPO: "very-secret",
  };
  const { told, stateOf, code, out } = await doctor("one", secrets, `--port=${port}`);
  assert.equal(code, 1);
  assert.equal(told.worst, "bad");
  assert.deepEqual(["port", "secret-file", "records", "streams", "settings"].map(stateOf), [
    "bad",
    "bad",
    "bad",
    "bad",
    "look",
  ]);
  assert.ok(!out.includes("very-secret") && !out.includes("0123456789abcdef"), "no secret is shown");
  for (const { state, advice } of told.findings) assert.equal(advice !== undefined, state !== "ok");
});

test("settings that do not fit are findings of their own, and a folder that others may read is bad", async () => {
  const misfit = await doctor("one", {}, "--port=many");
  assert.deepEqual([misfit.code, misfit.stateOf("settings")], [1, "bad"]);
  await chmod(at("two"), 0o755);
  const open = await doctor("two", {}, "--port=0");
  assert.deepEqual([open.code, open.stateOf("data-folder")], [1, "bad"]);
  await chmod(at("two"), 0o700);
});

test("the doctor leaves a folder as it was, and none where there was none", async () => {
  const before = await readdir(at("two"));
  const held = await readFile(join(at("two"), "holder.json"));
  await doctor("two");
  assert.deepEqual(
    (await readdir(at("two"))).filter((name) => !/-(?:wal|shm)$/.test(name)),
    before.filter((name) => !/-(?:wal|shm)$/.test(name)),
  );
  assert.ok(held.equals(await readFile(join(at("two"), "holder.json"))));
  const { stateOf } = await doctor("never");
  assert.equal(stateOf("data-folder"), "ok");
  await assert.rejects(stat(at("never")));
});

test("what does not fit is refused with what would", async () => {
  for (const [args, says] of [
    [["backup"], /wants a file or a folder/],
    [["backup", at("one")], /outside of it/],
    [["backup", at("x.tar"), "--passphrase-file", at("nowhere")], /can't be read/],
    [["restore"], /wants a backup's file/],
    [["restore", at("one.tar"), "--data", at("one")], /not empty/],
    [["restore", at("metrics-token"), "--data", at("x")], /no backup of Meridian/],
  ] as const) {
    const { code, err } = await meridian("one", ...args);
    assert.equal(code, 2, args.join(" "));
    assert.match(err, says);
  }
  const unnamed = await runMeridian(["restore", at("one.tar")]);
  assert.match(unnamed.err, /--data says which folder/);
});
