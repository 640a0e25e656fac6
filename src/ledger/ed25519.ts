import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import type { VerifyEd25519 } from "./core/verifier-key.ts";

/** The DER that goes before the 32 bytes of a key: RFC 8410. */
const publicHead = Buffer.from("302a300506032b6570032100", "hex");
const privateHead = Buffer.from("302e020100300506032b657004220420", "hex");

/** Keys that were read before; a verifier meets few. */
const known = new Map<string, KeyObject>();

export const verifyEd25519: VerifyEd25519 = (publicKey, message, signature) => {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const name = Buffer.from(publicKey).toString("base64");
  let key = known.get(name);
  if (!key) {
    key = createPublicKey({ key: Buffer.concat([publicHead, publicKey]), format: "der", type: "spki" });
    if (known.size < 100) known.set(name, key);
  }
  return verify(null, message, key, signature);
};

/** A private key that signs and does not show itself. */
export interface Ed25519Signer {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
}

/** The signer of a private key of 32 bytes (RFC 8032's seed). */
export function ed25519Signer(seed: Uint8Array): Ed25519Signer {
  if (seed.length !== 32) throw new RangeError("an Ed25519 private key has 32 bytes");
  const key = createPrivateKey({ key: Buffer.concat([privateHead, seed]), format: "der", type: "pkcs8" });
  const publicKey = new Uint8Array(
    createPublicKey(key).export({ format: "der", type: "spki" }).subarray(publicHead.length),
  );
  return { publicKey, sign: (message) => new Uint8Array(sign(null, message, key)) };
}
