import { type ChangeDoor, systemActor } from "#access";
import type { Clock } from "#platform";
import { spellCheckpoint } from "./core/checkpoint.ts";
import { spellNote } from "./core/note.ts";
import { makeVerifierKey, spellVerifierKey } from "./core/verifier-key.ts";
import type { Ed25519Signer } from "./ed25519.ts";
import type { LogSigner } from "./open-log.ts";
import { record } from "./record.ts";
import { frontierOf, sequence } from "./sequence.ts";
import { sha256 } from "./sha256.ts";
import { makeNextSigner } from "./signer.ts";
import * as store from "./store.ts";
import type { LedgerTables } from "./tables.ts";

export interface RotateParts {
  readonly read: store.Read;
  readonly change: ChangeDoor;
  readonly clock: Clock;
  readonly signer: LogSigner;
  /** The data folder. No server runs on it. */
  readonly folder: string;
  /** The key to go on with, where the operator keeps keys; made and kept in the data folder where absent. */
  readonly next: Ed25519Signer | undefined;
}

/**
 * Makes a new key in the data folder and goes on with it: an entry of the log names both keys, and the checkpoint over
 * that entry is signed by both, so that whoever trusts the old one can come to trust the new one. Gives back the new
 * verifier key.
 */
export async function rotateKey(parts: RotateParts): Promise<{ readonly before: string; readonly after: string }> {
  const { read, change, clock, signer, folder } = parts;
  const { origin, key } = signer;
  const made = parts.next ? undefined : await makeNextSigner(folder);
  const next = parts.next ?? made;
  if (!next) throw new Error("there is no key to go on with");
  const nextKey = makeVerifierKey(sha256, origin, next.publicKey, "note");
  const keys = { before: spellVerifierKey(key), after: spellVerifierKey(nextKey) };
  const actor = systemActor("terminal", ["ledger.rotate"]);
  await change(actor, "ledger.rotate", async ({ tx, at, audit }) => {
    await record(tx, { kind: "ledger-key", subject: "ledger", at, body: keys });
    audit("ledger", keys);
  });
  await sequence({ read, change, clock, signer, holder: undefined }, { last: true });
  await change(actor, "ledger.rotate", async ({ tx, at, audit }) => {
    const here = tx.tables<LedgerTables>();
    const last = await store.latestCheckpoint(here);
    const size = last?.size ?? 0;
    const text = spellCheckpoint({ origin, size, root: (await frontierOf(here, size)).root() });
    const signatures = [
      { name: key.name, keyId: key.keyId, signature: signer.sign(Buffer.from(text)) },
      { name: nextKey.name, keyId: nextKey.keyId, signature: next.sign(Buffer.from(text)) },
    ];
    await store.signAgain(tx, size, spellNote({ text, signatures }));
    await store.changeKey(tx, keys.after, size, at);
    audit("ledger", { ...keys, size });
  });
  await made?.place();
  return keys;
}
