import { consistencyPath } from "./core/consistency.ts";
import { inclusionPath } from "./core/inclusion.ts";
import { hashRange, nodesOf, type Range } from "./core/subtree.ts";
import { sha256Tree } from "./sha256.ts";
import { nodes, type Read } from "./store.ts";

/** That entry `index` is in the tree of `size` entries; `index` lies below `size`, and that not past the log's own. */
export function proveInclusion(read: Read, index: number, size: number): Promise<Uint8Array[]> {
  return hashesOf(read, inclusionPath(index, size));
}

/** That the tree of `first` entries is the beginning of the one of `second`. */
export function proveConsistency(read: Read, first: number, second: number): Promise<Uint8Array[]> {
  return hashesOf(read, consistencyPath(first, second));
}

export async function rootAt(read: Read, size: number): Promise<Uint8Array> {
  if (size === 0) return sha256Tree.empty;
  const [root] = await hashesOf(read, [{ start: 0, end: size }]);
  return root ?? sha256Tree.empty;
}

/** One look at the records, for as many nodes as twice the tree is high at most. */
async function hashesOf(read: Read, ranges: readonly Range[]): Promise<Uint8Array[]> {
  const found = await nodes(read, ranges.flatMap(nodesOf));
  return ranges.map((range) => hashRange(range, found, sha256Tree.node));
}
