import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { Refusal } from "#kernel";
import type { SnapshotEntry } from "#platform";
import { spellTarHeader, type TarEntry } from "../core/tar-header.ts";
import { readBackup } from "./read-backup.ts";
import { writeBackup } from "./write-backup.ts";

let folder = "";
let good: Buffer = Buffer.alloc(0);
const { signal } = new AbortController();
const bodies = ["", "x", "a".repeat(512), "evidence ".repeat(500)];
const link = { kind: "link", path: "here", name: "data/here", target: "0" } as const;

const about = {
  meridian: "backup",
  format: 1,
  version: "0.0.0",
  madeAt: "2026-01-01T00:00:00.000Z",
  parts: { records: "sqlite", events: "chdb", blobs: "folder" },
  dumped: false,
} as const;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "meridian-read-backup-"));
  const files: (SnapshotEntry & { name: string })[] = [];
  for (const [n, body] of bodies.entries()) {
    const from = join(folder, `body-${n}`);
    await writeFile(from, body);
    files.push({ kind: "file", path: String(n), name: `data/${n}`, from, fleeting: false });
  }
  const entries = async function* () {
    yield* [...files, link];
  };
  const out = join(folder, "good.tar");
  await writeBackup({ entries: entries(), about, out, passphrase: undefined, signal, tell: () => undefined });
  good = await readFile(out);
});
after(() => rm(folder, { recursive: true, force: true }));

let count = 0;

/** What a backup gives: the text of each file by its path, and the target of each link. */
async function taken(bytes: Uint8Array): Promise<Record<string, string>> {
  const scratch = join(folder, `scratch-${(count += 1)}`);
  await mkdir(scratch);
  const file = join(scratch, "backup");
  await writeFile(file, bytes);
  const all: Record<string, string> = {};
  const take = async (entry: TarEntry, body: AsyncIterable<Uint8Array>) => {
    const text = Buffer.concat(await Array.fromAsync(body)).toString();
    all[entry.path] = entry.kind === "link" ? entry.target : text;
  };
  await readBackup({ file, passphrase: undefined, scratch, take, signal, tell: () => undefined });
  return all;
}

const whole = Object.fromEntries([...bodies.map((body, n) => [`data/${n}`, body]), ["data/here", "0"]]) as object;

test("what was written is read", async () => {
  assert.deepEqual(await taken(good), whole);
});

test("whatever happens to a backup's bytes, it is refused or gives exactly what was written", async () => {
  const cut = fc.nat(good.length).map((length) => good.subarray(0, length));
  const spot = fc.record({ at: fc.nat(good.length - 1), bytes: fc.uint8Array({ minLength: 1, maxLength: 600 }) });
  const overwritten = spot.map(({ at, bytes }) => {
    const bad = Buffer.from(good);
    bad.set(bytes.subarray(0, bad.length - at), at);
    return bad;
  });
  const blocks = fc.record({ from: fc.nat(good.length >> 9), to: fc.nat(good.length >> 9) });
  const moved = blocks.map(({ from, to }) => {
    const block = good.subarray(from << 9, (from + 1) << 9);
    const rest = Buffer.concat([good.subarray(0, from << 9), good.subarray((from + 1) << 9)]);
    return Buffer.concat([rest.subarray(0, to << 9), block, rest.subarray(to << 9)]);
  });
  const noise = fc.uint8Array({ maxLength: 4_000 }).map((bytes) => Buffer.concat([good.subarray(0, 512), bytes]));
  await fc.assert(
    fc.asyncProperty(fc.oneof(cut, overwritten, moved, noise), async (bytes) => {
      try {
        assert.deepEqual(await taken(bytes), whole);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
      }
    }),
    { numRuns: 300 },
  );
});

test("a path or a link that leads out of the folder is refused before anything is made of it", async () => {
  const evil: TarEntry[] = [
    { kind: "file", path: "data/../../escaped", size: 0, mtime: 0 },
    { kind: "file", path: "/etc/escaped", size: 0, mtime: 0 },
    { kind: "link", path: "data/link", target: "../../../etc" },
    { kind: "link", path: "data/link", target: "/etc" },
  ];
  for (const entry of evil) {
    const bytes = Buffer.concat([spellTarHeader(entry), good]);
    await assert.rejects(taken(bytes), { code: "upkeep/damaged" }, JSON.stringify(entry));
  }
});

test("a link to beside the data folder is refused, though all hashes are as they should be", async () => {
  for (const [path, target] of [
    ["link", "../beside"],
    ["a/link", "../.."],
    ["a/link", "up/../../beside"],
  ] as const) {
    const entries = async function* () {
      yield { kind: "link", path, name: `data/${path}`, target } as const;
    };
    const out = join(folder, `evil-${(count += 1)}.tar`);
    await writeBackup({ entries: entries(), about, out, passphrase: undefined, signal, tell: () => undefined });
    await assert.rejects(taken(await readFile(out)), { code: "upkeep/damaged" }, target);
  }
});

test("a backup of a newer program is told from a damaged one", async () => {
  const text = good.toString("latin1").replace('"format": 1,', '"format": 9,');
  await assert.rejects(taken(Buffer.from(text, "latin1")), { code: "upkeep/newer-backup" });
});
