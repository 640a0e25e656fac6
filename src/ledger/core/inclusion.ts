import { cutOf, type Range } from "./subtree.ts";
import { sameHash, type TreeHash } from "./tree-hash.ts";

/**
 * The ranges whose hashes prove that entry `index` is in the tree of `size` entries, in the order of the proof: PATH of
 * RFC 9162, section 2.1.3.1. `index` lies below `size`.
 */
export function inclusionPath(index: number, size: number): Range[] {
  const path: Range[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const cut = start + cutOf(end - start);
    if (index < cut) {
      path.push({ start: cut, end });
      end = cut;
    } else {
      path.push({ start, end: cut });
      start = cut;
    }
  }
  return path.toReversed();
}

export interface InclusionClaim {
  readonly index: number;
  readonly size: number;
  readonly leaf: Uint8Array;
  readonly root: Uint8Array;
  readonly path: readonly Uint8Array[];
}

/** Whether a leaf's hash is at `index` of the tree with this size and root: RFC 9162, section 2.1.3.2, step by step. */
export function verifyInclusion(hash: TreeHash, { index, size, leaf, root, path }: InclusionClaim): boolean {
  if (index >= size) return false;
  let [fn, sn] = [index, size - 1];
  let r = leaf;
  for (const p of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      r = hash.node(p, r);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else r = hash.node(r, p);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && sameHash(r, root);
}

/** A shift to the right that holds past 32 bits. */
function half(n: number): number {
  return Math.floor(n / 2);
}
