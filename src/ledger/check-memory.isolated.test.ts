import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { instant } from "#kernel";
import { spellCheckpoint } from "./core/checkpoint.ts";
import { spellHead, spellLine } from "./core/export-line.ts";
import { Frontier } from "./core/frontier.ts";
import { spellLeaf } from "./core/leaf.ts";
import { spellNote } from "./core/note.ts";
import { makeVerifierKey, spellVerifierKey } from "./core/verifier-key.ts";
import { ed25519Signer } from "./ed25519.ts";
import { sha256, sha256Tree } from "./sha256.ts";

const signer = ed25519Signer(Buffer.alloc(32, 1));
const key = makeVerifierKey(sha256, "example.com/log", signer.publicKey, "note");

/** An export of entries with so many characters each. */
function* madeUp(size: number, characters: number): Generator<string> {
  const tree = new Frontier(sha256Tree);
  yield spellHead({ origin: key.name, keys: [spellVerifierKey(key)], from: 0, size, before: [] });
  for (let index = 0; index < size; index += 1) {
    const body = { text: String.fromCharCode(97 + (index % 26)).repeat(characters) };
    const leaf = spellLeaf({ index, at: instant(index), kind: "verdict", subject: "x", body });
    const hash = sha256Tree.leaf(Buffer.from(leaf));
    tree.append(hash);
    yield spellLine({ kind: "entry", hash, leaf });
  }
  const text = spellCheckpoint({ origin: key.name, size, root: tree.root() });
  const signatures = [{ name: key.name, keyId: key.keyId, signature: signer.sign(Buffer.from(text)) }];
  yield spellLine({ kind: "checkpoint", note: spellNote({ text, signatures }) });
}

test("an export of 150 MB is checked in a heap of 32 MiB, and costs no more memory than one of 15 MB", async () => {
  const folder = await mkdtemp(join(tmpdir(), "meridian-ledger-memory-"));
  const script = fileURLToPath(new URL("testing/check-file.ts", import.meta.url));
  const file = join(folder, "export.ndjson");
  const peaks: number[] = [];
  for (const entries of [250, 2_500]) {
    await writeFile(file, madeUp(entries, 60_000));
    const flags = ["--disable-warning=ExperimentalWarning", "--max-old-space-size=32"];
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, script, file, spellVerifierKey(key)]);
    const told = JSON.parse(stdout) as { entries: number; tamperings: unknown[]; peak: number };
    assert.deepEqual([told.entries, told.tamperings], [entries, []]);
    peaks.push(told.peak);
  }
  await rm(folder, { recursive: true });
  const [small = 0, large = Number.NaN] = peaks;
  assert.ok(large < small + 64, `${peaks.map(Math.round).join(" and ")} MiB`);
});
