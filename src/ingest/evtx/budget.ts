import { Damage } from "./damage.ts";

/** How much one chunk, and one record of it, may unfold into. */
export interface DecodingLimits {
  /** Elements, attributes, values and array items of one record, and of one chunk. */
  readonly recordNodes: number;
  readonly chunkNodes: number;
  /** UTF-16 units of text of one record, and of one chunk. */
  readonly recordText: number;
  readonly chunkText: number;
  /** Depth of elements, nested fragments counted in. */
  readonly depth: number;
}

/**
 * A chunk has 65,536 bytes, and the fullest honest one unfolds into some 30,000 nodes and 1 MiB of text. A hostile one
 * can name a long value thousands of times, or nest fragments that repeat each other; it gets this far. One record may
 * have most of its chunk's nodes, for an array of bytes that fills it is three nodes a byte.
 */
export const decodingLimits: DecodingLimits = {
  recordNodes: 3 << 16,
  chunkNodes: 1 << 18,
  recordText: 1 << 20,
  chunkText: 1 << 23,
  depth: 64,
};

/** Counts down what is left to a record and to its chunk; every step of the decoder that can be repeated pays here. */
export class Budget {
  readonly limits: DecodingLimits;
  #chunkNodes: number;
  #chunkText: number;
  #nodesGiven = 0;
  #textGiven = 0;
  #nodes = 0;
  #text = 0;

  constructor(limits: DecodingLimits) {
    this.limits = limits;
    this.#chunkNodes = limits.chunkNodes;
    this.#chunkText = limits.chunkText;
  }

  /** Starts the next record: it may use its own limit, or what its chunk has left if that is less. */
  nextRecord(): void {
    this.#settle();
    this.#nodes = this.#nodesGiven = Math.min(this.limits.recordNodes, this.#chunkNodes);
    this.#text = this.#textGiven = Math.min(this.limits.recordText, this.#chunkText);
  }

  /** Nodes used since the chunk began: how tests see that work is bounded. */
  get nodesUsed(): number {
    this.#settle();
    return this.limits.chunkNodes - this.#chunkNodes;
  }

  node(at: number): void {
    if (--this.#nodes < 0) {
      throw new Damage("bomb", at, `unfolds into more than ${this.#nodesGiven} elements and values`);
    }
  }

  text(units: number, at: number): void {
    if ((this.#text -= units) < 0) {
      throw new Damage("bomb", at, `unfolds into more than ${this.#textGiven} characters`);
    }
  }

  #settle(): void {
    this.#chunkNodes -= this.#nodesGiven - Math.max(0, this.#nodes);
    this.#chunkText -= this.#textGiven - Math.max(0, this.#text);
    this.#nodesGiven = this.#nodes;
    this.#textGiven = this.#text;
  }
}
