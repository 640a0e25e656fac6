import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Secret } from "#kernel";
import { createPlatform, openDataFolder, systemClock } from "#platform";
import { startWriting } from "../testing/start-writing.ts";
import { backUp, type BackUpOptions } from "./back-up.ts";
import { restore } from "./restore.ts";

let folder = "";
before(async () => void (folder = await mkdtemp(join(tmpdir(), "meridian-backup-"))));
after(() => rm(folder, { recursive: true, force: true }));

const { signal } = new AbortController();
const silent = () => undefined;

function wish(data: string, out: string, more: Partial<BackUpOptions> = {}): BackUpOptions {
  return {
    data: join(folder, data),
    socket: join(folder, data, "terminal.sock"),
    out: join(folder, out),
    parts: { records: "sqlite", events: "chdb", blobs: "folder" },
    databaseUrl: undefined,
    withoutRecords: false,
    passphrase: undefined,
    version: "0.0.0",
    clock: systemClock,
    signal,
    tell: silent,
    ...more,
  };
}

const restored = (file: string, into: string, passphrase?: Secret) =>
  restore({
    file: join(folder, file),
    folder: join(folder, into),
    passphrase,
    databaseUrl: undefined,
    signal,
    tell: silent,
  });

/** What a data folder holds, read as a server would that starts on it. */
async function contents(data: string) {
  await using held = await openDataFolder(join(folder, data));
  await using platform = await createPlatform({
    parts: ["records", "events", "blobs"],
    folder: held,
    clock: systemClock,
    eventsMemoryBytes: 1024 ** 3,
  });
  const { records, events, blobs } = platform;
  // The changes of rows that were under way are brought to their end.
  await events.command("optimize table kept final settings mutations_sync = 2");
  const rows = await records.tables<{ kept: { n: number } }>().selectFrom("kept").select("n").orderBy("n").execute();
  const stored = await events.query<{ n: number; gone: number }>("select n, gone from kept order by n");
  const put: number[] = [];
  for (const { n } of rows) if ((await blobs.head(`kept/${n}`)) !== undefined) put.push(n);
  // A restored folder is one to go on with.
  await events.insert("kept", [{ n: 4_000_000, gone: 0 }]);
  await blobs.put("after", Buffer.from("x"));
  return { records: rows.map(({ n }) => n), events: stored, blobs: put };
}

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

test("a backup of a server that goes on writing holds all that was acknowledged before it, and starts elsewhere", async () => {
  let acknowledged = 0;
  {
    await using writing = await startWriting(join(folder, "busy"));
    await writing.until(90);
    acknowledged = writing.count();
    const done = await backUp(wish("busy", "busy.tar"));
    assert.equal(done.running, true);
    assert.equal((await stat(done.file)).mode & 0o777, 0o600);
    // It was not held up.
    await writing.until(writing.count() + 5);
  }
  await restored("busy.tar", "elsewhere");
  const found = await contents("elsewhere");
  assert.ok(found.records.length >= acknowledged);
  assert.deepEqual(found.records, upTo(found.records.length), "records are a beginning of what was written");
  assert.deepEqual(found.blobs, found.records, "what a record speaks of is there");
  const stored = new Set(found.events.map(({ n }) => n));
  const missing = found.records.filter((n) => !stored.has(n));
  assert.deepEqual(
    missing.filter((n) => n % 10 !== 3),
    [],
    "events are ahead of records, never behind",
  );
  assert.equal(new Set(found.events.map(({ n }) => n)).size, found.events.length, "and none is there twice");
  const left = [...(await readdir(join(folder, "busy", "snapshots"))), ...(await shadows("busy"))];
  assert.deepEqual(left, [], "nothing is left of the snapshot");
});

async function shadows(data: string): Promise<string[]> {
  const names = await readdir(join(folder, data, "events", "data", "shadow"));
  return names.filter((name) => name !== "increment.txt");
}

test("a backup of a folder that a killed server left is whole, and any tar and sha256sum can read it", async () => {
  const done = await backUp(wish("busy", "killed.tar"));
  assert.equal(done.running, false);
  await restored("killed.tar", "second");
  const before = await contents("busy");
  const again = await contents("second");
  assert.deepEqual(again, before);
  const plain = join(folder, "plain");
  execFileSync("mkdir", [plain]);
  execFileSync("tar", ["xf", done.file, "-C", plain]);
  execFileSync("sha256sum", ["--check", "--strict", "--quiet", "SHA256SUMS"], { cwd: plain });
});

test("an encrypted backup opens with its passphrase alone", async () => {
  const passphrase = new Secret("correct horse battery staple");
  const { file } = await backUp(wish("busy", "sealed.tar.age", { passphrase }));
  const key = (await readFile(join(folder, "busy", "format.json"))).toString().trim();
  assert.ok(!(await readFile(file)).includes(key));
  await assert.rejects(restored("sealed.tar.age", "third"), { code: "upkeep/no-passphrase" });
  const wrong = new Secret("incorrect horse battery");
  await assert.rejects(restored("sealed.tar.age", "third", wrong), { code: "upkeep/wrong-passphrase" });
  await restored("sealed.tar.age", "third", passphrase);
  assert.deepEqual((await contents("third")).records, (await contents("second")).records);
});

test("what is damaged, cut short or made up is refused, and nothing is put in place", async () => {
  const good = await readFile(join(folder, "killed.tar"));
  const bad = join(folder, "bad.tar");
  const cases: [string, Buffer | number][] = [
    ["cut in the middle", good.length >> 1],
    ["without its last files", good.length - 4_096],
    ["without its end", good.length - 512],
    ["empty", 0],
    ["a changed byte in a file", changed(good, good.indexOf("blob 7") + 5)],
    ["a changed hash", changed(good, good.indexOf("SHA256SUMS") + 512)],
    ["a changed manifest", changed(good, good.lastIndexOf('"files": ') + 9)],
    ["something behind it", Buffer.concat([good, Buffer.from("more")])],
  ];
  for (const [what, bytes] of cases) {
    await writeFile(bad, typeof bytes === "number" ? good : bytes);
    if (typeof bytes === "number") await truncate(bad, bytes);
    await assert.rejects(
      restored("bad.tar", "never"),
      ({ code }: { code: string }) => code === "upkeep/damaged" || code === "upkeep/not-a-backup",
      what,
    );
    const left = (await readdir(folder)).filter((name) => name.includes("never"));
    assert.deepEqual(left, [], what);
  }
});

function changed(good: Buffer, at: number): Buffer {
  const bad = Buffer.from(good);
  bad[at] = (bad[at] ?? 0) ^ 1;
  return bad;
}

test("neither a folder with something in it, nor a file that is there, nor the data folder itself is written into", async () => {
  await assert.rejects(restored("killed.tar", "second"), { code: "upkeep/not-empty" });
  await assert.rejects(backUp(wish("busy", "killed.tar")), { code: "upkeep/exists" });
  await assert.rejects(backUp(wish("busy", "busy/inside.tar")), { code: "upkeep/inside" });
  await assert.rejects(backUp(wish("nowhere", "x.tar")), { code: "upkeep/no-data" });
  await assert.rejects(backUp(wish("busy", "x.tar", { signal: AbortSignal.abort() })));
  assert.ok(!(await readdir(folder)).some((name) => name.startsWith("x.tar")));
});
