/** SHA-256 of bytes: 32 bytes. Handed in, so that all of `core/` runs wherever there is such a function. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** The hashes of RFC 9162, section 2.1.1: a byte in front keeps an entry from passing for a node. */
export interface TreeHash {
  /** The root of the tree without entries. */
  readonly empty: Uint8Array;
  leaf(entry: Uint8Array): Uint8Array;
  node(left: Uint8Array, right: Uint8Array): Uint8Array;
}

export const hashLength = 32;

export function treeHash(sha256: Sha256): TreeHash {
  return {
    empty: sha256(new Uint8Array(0)),
    leaf(entry) {
      const bytes = new Uint8Array(1 + entry.length);
      bytes.set(entry, 1);
      return sha256(bytes);
    },
    node(left, right) {
      const bytes = new Uint8Array(1 + 2 * hashLength);
      bytes[0] = 1;
      bytes.set(left, 1);
      bytes.set(right, 1 + hashLength);
      return sha256(bytes);
    },
  };
}

export function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
