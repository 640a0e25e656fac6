import { createHash, hash } from "node:crypto";
import { type TreeHash, treeHash } from "./core/tree-hash.ts";

/** SHA-256, 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  // Short inputs are quicker in one call; long ones would be copied by it.
  return bytes.length < 8_192 ? hash("sha256", bytes, "buffer") : createHash("sha256").update(bytes).digest();
}

export const sha256Tree: TreeHash = treeHash(sha256);
