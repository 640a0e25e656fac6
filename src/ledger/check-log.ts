import { randomInt } from "node:crypto";
import { readCheckpoint } from "./core/checkpoint.ts";
import { verifyInclusion } from "./core/inclusion.ts";
import { readLeaf } from "./core/leaf.ts";
import { readNote } from "./core/note.ts";
import { sameHash } from "./core/tree-hash.ts";
import { checkSignature, readVerifierKey } from "./core/verifier-key.ts";
import { verifyEd25519 } from "./ed25519.ts";
import { proveInclusion, rootAt } from "./proofs.ts";
import { sha256, sha256Tree } from "./sha256.ts";
import * as store from "./store.ts";

/** What a look at the log as it is kept has found. */
export interface LogCheck {
  readonly size: number;
  readonly entriesChecked: number;
  readonly checkpointsChecked: number;
  /** Empty: all that was looked at is what was signed. */
  readonly problems: readonly string[];
}

/**
 * Checks the latest checkpoint and others picked at random: signature, and that the stored nodes still give its root; and
 * entries picked at random: that the stored bytes are proven by stored nodes to be in the latest checkpoint. The whole
 * log is checked by `meridian ledger verify`, which reads all of it.
 */
export async function checkLog(read: store.Read, { sample }: { readonly sample: number }): Promise<LogCheck> {
  const last = await store.latestCheckpoint(read);
  if (!last) return { size: 0, entriesChecked: 0, checkpointsChecked: 0, problems: [] };
  const keys = (await store.keys(read)).flatMap(({ verifier }) => readVerifierKey(sha256, verifier) ?? []);
  const problems: string[] = [];
  const sizes = new Set([last.size]);
  for (let n = 0; n < Math.ceil(sample / 10); n += 1) {
    const near = await store.checkpointFrom(read, randomInt(last.size) + 1);
    if (near) sizes.add(near.size);
  }
  for (const size of sizes) {
    const row = await store.checkpointAt(read, size);
    if (!row) continue;
    const note = readNote(row.note);
    const checkpoint = note && readCheckpoint(note.text);
    const signed = note && keys.some((key) => checkSignature(note, key, verifyEd25519) === "good");
    if (!checkpoint || checkpoint.size !== size || !signed)
      problems.push(`The checkpoint of ${size} entries is not as it was signed.`);
    else if (!sameHash(checkpoint.root, await rootOr(read, size)))
      problems.push(`The tree of the first ${size} entries is not the one that was signed.`);
  }
  const places = new Set(
    last.size <= sample
      ? Array.from({ length: last.size }, (_, index) => index)
      : Array.from({ length: sample }, () => randomInt(last.size)),
  );
  for (const index of places)
    if (!(await isProven(read, index, last))) problems.push(`Entry ${index} is not what was signed.`);
  return { size: last.size, entriesChecked: places.size, checkpointsChecked: sizes.size, problems };
}

async function isProven(
  read: store.Read,
  index: number,
  { size, root }: { size: number; root: Uint8Array },
): Promise<boolean> {
  const [row] = await store.entries(read, { from: index, end: index + 1, limit: 1 });
  if (row === undefined || readLeaf(row.leaf)?.index !== index) return false;
  try {
    const path = await proveInclusion(read, index, size);
    return verifyInclusion(sha256Tree, { index, size, leaf: sha256Tree.leaf(Buffer.from(row.leaf)), root, path });
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Nothing that equals a root, where nodes are gone. */
async function rootOr(read: store.Read, size: number): Promise<Uint8Array> {
  try {
    return await rootAt(read, size);
  } catch (error) {
    if (error instanceof RangeError) return new Uint8Array(0);
    throw error;
  }
}
