import { randomBytes } from "node:crypto";
import { type ChangeDoor, systemActor } from "#access";
import type { Secret } from "#kernel";
import { makeVerifierKey, readVerifierKey, spellVerifierKey, type VerifierKey } from "./core/verifier-key.ts";
import type { Ed25519Signer } from "./ed25519.ts";
import { refuse } from "./refusals.ts";
import { sha256 } from "./sha256.ts";
import { makeSigner, readNextSigner, readSigner } from "./signer.ts";
import { activeKey, begin, head, type Read } from "./store.ts";
import type { LedgerTables } from "./tables.ts";

/** Who signs the log in this process. */
export interface LogSigner {
  readonly origin: string;
  readonly key: VerifierKey;
  sign(message: Uint8Array): Uint8Array;
}

export interface OpenLogOptions {
  readonly read: Read;
  readonly change: ChangeDoor;
  /** The data folder. */
  readonly folder: string;
  readonly secret: Secret | undefined;
  /** What the log is called; made up at the first start where the operator does not say. */
  readonly origin: string | undefined;
}

/**
 * Finds the key that the log is signed with, or begins the log: with a name, and a key that is made and kept in the data
 * folder where none is given. Throws the refusals another-key, key-lost, another-origin, bad-key.
 */
export async function openLog(options: OpenLogOptions): Promise<LogSigner> {
  const { read, folder, secret } = options;
  let signer = await readSigner(folder, secret);
  if ((await head(read)) === undefined) {
    signer ??= await makeSigner(folder);
    await beginLog(options, signer);
  }
  const known = await head(read);
  const verifier = (await activeKey(read))?.verifier ?? "";
  const active = readVerifierKey(sha256, verifier);
  if (!known || !active) throw new Error("the ledger has begun and has no key");
  const { origin } = known;
  if (options.origin !== undefined && options.origin !== origin)
    throw refuse("another-origin", { origin, asked: options.origin });
  if (signer && sameKey(signer, active)) return { origin, key: active, sign: signer.sign };
  const next = secret ? undefined : await readNextSigner(folder);
  if (next && sameKey(next, active)) {
    await next.place();
    return { origin, key: active, sign: next.sign };
  }
  throw refuse(signer ? "another-key" : "key-lost", { origin, active: verifier });
}

async function beginLog({ change, origin }: OpenLogOptions, signer: Ed25519Signer): Promise<void> {
  await change(systemActor("start", ["ledger.begin"]), "ledger.begin", async ({ tx, at, audit }) => {
    // Another process may have begun it meanwhile, which the caller then looks at.
    if (await head(tx.tables<LedgerTables>())) return;
    const name = origin ?? `meridian.invalid/${randomBytes(8).toString("hex")}`;
    const verifier = spellVerifierKey(makeVerifierKey(sha256, name, signer.publicKey, "note"));
    await begin(tx, name, verifier, at);
    audit("ledger", { origin: name, verifier });
  });
}

function sameKey(signer: Ed25519Signer, key: VerifierKey): boolean {
  return Buffer.from(signer.publicKey).equals(key.publicKey);
}
