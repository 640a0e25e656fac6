import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { checkExport, readOlder } from "./check-export-file.ts";
import { readAddCheckpoint } from "./core/add-checkpoint.ts";
import { readCheckpoint } from "./core/checkpoint.ts";
import { readNote, readSignatureLines } from "./core/note.ts";
import { ed25519Signer } from "./ed25519.ts";
import { makeVerifierKey } from "./core/verifier-key.ts";
import { sha256 } from "./sha256.ts";

const corpus = join(import.meta.dirname, "core/testing/hostile");
const keys = [makeVerifierKey(sha256, "example.com/log", ed25519Signer(Buffer.alloc(32, 1)).publicKey, "note")];
const names = (await readdir(corpus)).toSorted();
let folder = "";
before(async () => void (folder = await mkdtemp(join(tmpdir(), "meridian-hostile-"))));
after(() => rm(folder, { recursive: true }));

/** Neither as an export nor as what one is held against does it pass; nothing throws. */
async function assertProvesNothing(file: string): Promise<void> {
  const { proven, tamperings } = await checkExport({ file, keys, witnesses: [] });
  assert.equal(proven, undefined);
  assert.ok(tamperings.length > 0 && tamperings.length <= 20);
  assert.ok("tamperings" in (await readOlder(file, { keys })));
}

for (const name of names)
  test(`hostile file ${name} proves nothing`, async () => {
    await assertProvesNothing(join(corpus, name));
    const text = await readFile(join(corpus, name), "utf8");
    const note = readNote(text);
    assert.ok(!note || !readCheckpoint(note.text) || note.signatures.length > 0);
    readAddCheckpoint(text);
    readSignatureLines(text);
  });

test("hostile files mutated prove nothing either", async () => {
  const bytes = await Promise.all(names.map(async (name) => (await readFile(join(corpus, name))).subarray(0, 2_000)));
  const file = join(folder, "mutated");
  const piece = fc.constantFrom(
    "\n",
    "\n\n",
    '"',
    "{",
    "}",
    "\\",
    "\u2014 ",
    "\0",
    "null",
    "1e999",
    '{"hash":"',
    '","leaf":',
    '{"checkpoint":"',
    "\xff",
  );
  await fc.assert(
    fc.asyncProperty(fc.nat(names.length - 1), fc.nat(), fc.nat(30), piece, async (which, where, cut, put) => {
      const seed = bytes[which] ?? assert.fail();
      const at = where % (seed.length + 1);
      await writeFile(file, Buffer.concat([seed.subarray(0, at), Buffer.from(put, "latin1"), seed.subarray(at + cut)]));
      await assertProvesNothing(file);
    }),
    { numRuns: 300 },
  );
});
