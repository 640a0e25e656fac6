import { highestBit, nodeId } from "./subtree.ts";
import type { TreeHash } from "./tree-hash.ts";

/** A complete node that came to be. */
export interface MadeNode {
  readonly id: number;
  readonly hash: Uint8Array;
}

/**
 * The right edge of a tree: its complete nodes, left to right, one for each bit of the size. All that is needed to go on
 * appending and to know the root; O(log n) memory, O(log n) work for an entry at most and two hashes on average.
 */
export class Frontier {
  readonly #hash: TreeHash;
  readonly #edge: Uint8Array[];
  #size: number;

  /** `edge` are the hashes of `nodesOf({ start: 0, end: size })`. Throws where it is not one for each bit of the size. */
  constructor(hash: TreeHash, size = 0, edge: readonly Uint8Array[] = []) {
    if (edge.length !== bitsOf(size)) throw new RangeError(`a tree of ${size} entries has no edge of ${edge.length}`);
    this.#hash = hash;
    this.#size = size;
    this.#edge = [...edge];
  }

  get size(): number {
    return this.#size;
  }

  /** Appends an entry by its leaf hash; gives back the nodes that this completed, the leaf first. */
  append(leaf: Uint8Array): MadeNode[] {
    const made = [{ id: nodeId(0, this.#size), hash: leaf }];
    let hash = leaf;
    let position = this.#size;
    for (let level = 1; position % 2 === 1; level += 1) {
      hash = this.#hash.node(this.#edge.pop() ?? this.#hash.empty, hash);
      position = (position - 1) / 2;
      made.push({ id: nodeId(level, position), hash });
    }
    this.#edge.push(hash);
    this.#size += 1;
    return made;
  }

  root(): Uint8Array {
    if (this.#size === 0) return this.#hash.empty;
    return this.#edge.reduceRight((right, left) => this.#hash.node(left, right));
  }

  copy(): Frontier {
    return new Frontier(this.#hash, this.#size, this.#edge);
  }
}

function bitsOf(size: number): number {
  let bits = 0;
  for (let rest = size; rest > 0; rest -= 2 ** highestBit(rest)) bits += 1;
  return bits;
}
