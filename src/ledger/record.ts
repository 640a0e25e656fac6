import { randomBytes } from "node:crypto";
import { canonicalJson, type Instant } from "#kernel";
import type { Tx } from "#platform";
import { longestLeaf, spellLeaf } from "./core/leaf.ts";
import { saltLength, seal } from "./core/seal.ts";
import { sha256 } from "./sha256.ts";
import { addPending, addSalts } from "./store.ts";

/** A statement for the ledger. What may have to be erased one day stands in `sealed`, never in `body`. */
export interface Statement {
  /** What it is evidence of, in kebab case: `audit`, `verdict`. Rooms name their own. */
  readonly kind: string;
  /** The id of what it is about; never a name or an address. */
  readonly subject: string;
  readonly at: Instant;
  /** In the log for ever, for every reader: ids, verdicts, digests of evidence. */
  readonly body?: Readonly<Record<string, unknown>>;
  /**
   * Values that stay where the caller keeps them. The log gets a seal of each, `body.sealed.NAME`; this room keeps the
   * salts until `erase`.
   */
  readonly sealed?: Readonly<Record<string, unknown>>;
}

/**
 * Writes a statement down in the caller's transaction: it is in the ledger once that has committed, else never. Its
 * place in the log comes later, from the sequencer, so writers do not wait for each other. Throws a RangeError for what
 * makes an entry of more than 64 KiB, and a TypeError for what JSON cannot say.
 */
export async function record(tx: Tx, { kind, subject, at, body = {}, sealed = {} }: Statement): Promise<void> {
  if (!/^[a-z][a-z0-9-]{0,59}$/.test(kind)) throw new RangeError(`not a kind of entry: ${kind}`);
  if ("sealed" in body) throw new RangeError("body.sealed is where the seals go");
  const salts = Object.entries(sealed).map(([name, value]) => {
    const salt = new Uint8Array(randomBytes(saltLength));
    return { name, subject, salt, seal: seal(sha256, salt, value) };
  });
  const seals = Object.fromEntries(salts.map(({ name, seal: one }) => [name, one]));
  const whole = salts.length === 0 ? body : { ...body, sealed: seals };
  const longest = spellLeaf({ index: Number.MAX_SAFE_INTEGER, at, kind, subject, body: whole });
  if (Buffer.byteLength(longest) > longestLeaf) throw new RangeError(`an entry has at most ${longestLeaf} bytes`);
  await addPending(tx, { kind, subject, at, body: canonicalJson(whole) });
  if (salts.length > 0)
    await addSalts(
      tx,
      salts.map(({ name: _, ...row }) => row),
    );
}
