import { cutOf, highestBit, type Range } from "./subtree.ts";
import { sameHash, type TreeHash } from "./tree-hash.ts";

/**
 * The ranges whose hashes prove that the tree of `first` entries is the beginning of the one of `second`, in the order
 * of the proof: PROOF of RFC 9162, section 2.1.4.1. Empty where `first` is 0 or equal to `second`.
 */
export function consistencyPath(first: number, second: number): Range[] {
  if (first === 0) return [];
  const path: Range[] = [];
  let [start, end] = [0, second];
  while (first !== end) {
    const cut = start + cutOf(end - start);
    if (first <= cut) {
      path.push({ start: cut, end });
      end = cut;
    } else {
      path.push({ start, end: cut });
      start = cut;
    }
  }
  // A complete beginning of the tree is known to whoever asks: it is the first root.
  if (start > 0) path.push({ start, end });
  return path.toReversed();
}

export interface ConsistencyClaim {
  readonly first: number;
  readonly firstRoot: Uint8Array;
  readonly second: number;
  readonly secondRoot: Uint8Array;
  readonly path: readonly Uint8Array[];
}

/**
 * Whether the first tree is the beginning of the second one: RFC 9162, section 2.1.4.2, step by step. Beyond it: every
 * tree begins with the empty one, and with itself, both without a path.
 */
export function verifyConsistency(hash: TreeHash, claim: ConsistencyClaim): boolean {
  const { first, firstRoot, second, secondRoot } = claim;
  if (first > second) return false;
  if (first === second) return claim.path.length === 0 && sameHash(firstRoot, secondRoot);
  if (first === 0) return claim.path.length === 0 && sameHash(firstRoot, hash.empty);
  if (claim.path.length === 0) return false;
  const [begin, ...path] = 2 ** highestBit(first) === first ? [firstRoot, ...claim.path] : claim.path;
  if (!begin) return false;
  let [fn, sn] = [first - 1, second - 1];
  while (fn % 2 === 1) [fn, sn] = [half(fn), half(sn)];
  let [fr, sr] = [begin, begin];
  for (const c of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      [fr, sr] = [hash.node(c, fr), hash.node(c, sr)];
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else sr = hash.node(sr, c);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && sameHash(fr, firstRoot) && sameHash(sr, secondRoot);
}

/** A shift to the right that holds past 32 bits. */
function half(n: number): number {
  return Math.floor(n / 2);
}
