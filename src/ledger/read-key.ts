import { readVerifierKey, type VerifierKey } from "./core/verifier-key.ts";
import { sha256 } from "./sha256.ts";

/** Reads a verifier key, `name+hash+base64`; `undefined` for what is none. */
export function readKey(text: string): VerifierKey | undefined {
  return readVerifierKey(sha256, text);
}
