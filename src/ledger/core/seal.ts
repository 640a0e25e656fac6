import { canonicalJson } from "#kernel";
import { spellBase64 } from "./base64.ts";
import type { Sha256 } from "./tree-hash.ts";

/** Bytes of a salt: as many bits as the hash, so that no table and no patience finds the value. */
export const saltLength = 32;

/**
 * What stands in the log for a value that is kept elsewhere: SHA-256(salt ‖ canonical JSON), in base64. Whoever has value
 * and salt can show that the value is what was logged; once the salt is erased, nobody can even guess, however few
 * values there could be.
 */
export function seal(sha256: Sha256, salt: Uint8Array, value: unknown): string {
  if (salt.length !== saltLength) throw new RangeError(`a salt has ${saltLength} bytes`);
  const json = Buffer.from(canonicalJson(value));
  const bytes = new Uint8Array(saltLength + json.length);
  bytes.set(salt);
  bytes.set(json, saltLength);
  return spellBase64(sha256(bytes));
}

/** Whether a seal of the log is over this value. */
export function opensSeal(sha256: Sha256, sealed: string, salt: Uint8Array, value: unknown): boolean {
  return salt.length === saltLength && seal(sha256, salt, value) === sealed;
}
