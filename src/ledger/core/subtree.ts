/** Part of a tree: the entries from `start` up to and without `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Sizes and positions are whole numbers up to 2^52, so that the numbers of nodes are exact. */
export const mostEntries = 2 ** 52;

/**
 * The number of the node over the 2^level entries that begin at position · 2^level. Nodes are numbered in the order of
 * an in-order walk: entry i has 2i, and what lies above stands between. Only complete nodes are ever numbered, and those
 * never change however the tree grows.
 */
export function nodeId(level: number, position: number): number {
  return (2 * position + 1) * 2 ** level - 1;
}

/**
 * The complete nodes that make up a range of a tree, largest first, left to right. `start` is a multiple of each power of
 * two that the range's length reaches, as it is in every range that RFC 9162 hashes.
 */
export function nodesOf({ start, end }: Range): number[] {
  const nodes: number[] = [];
  for (let at = start; at < end;) {
    const level = highestBit(end - at);
    nodes.push(nodeId(level, at / 2 ** level));
    at += 2 ** level;
  }
  return nodes;
}

/** The largest level with 2^level ≤ n, for n of at least 1. */
export function highestBit(n: number): number {
  // The logarithm of a number right below a power of two may be rounded up to it.
  const level = Math.floor(Math.log2(n));
  return 2 ** level > n ? level - 1 : level;
}

/** The largest power of two below n, for n of at least 2: where RFC 9162 cuts a tree of n entries. */
export function cutOf(n: number): number {
  const power = 2 ** highestBit(n);
  return power === n ? power / 2 : power;
}

/** The hashes of complete nodes by their number. */
export type Nodes = ReadonlyMap<number, Uint8Array>;

/** The hash over a range of at least one entry, from complete nodes. Throws where one of them is not there. */
export function hashRange(range: Range, nodes: Nodes, node: (left: Uint8Array, right: Uint8Array) => Uint8Array) {
  return nodesOf(range)
    .map((id) => {
      const hash = nodes.get(id);
      if (!hash) throw new RangeError(`node ${id} of the tree is missing`);
      return hash;
    })
    .reduceRight((right, left) => node(left, right));
}
