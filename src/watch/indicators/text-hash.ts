/**
 * Two 32-bit hashes of a text at once, read from its end to its start, so that a name and all names above it cost one
 * pass. Seeded: lists come from strangers, who are not to choose where their values lie. Hits are compared as text.
 */
export class TextHash {
  readonly #seed: number;
  #a = 0;
  #b = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** `tag` keeps values of one type apart from those of others. */
  begin(tag: number): void {
    this.#a = this.#seed ^ Math.imul(tag + 1, 0x9e37_79b1);
    this.#b = Math.imul(this.#seed, 0x85eb_ca6b) ^ tag;
  }

  /** Reads from before `end` to the start, or to after the first dot that it meets; gives where that was. */
  read(text: string, end: number, untilDot: boolean): number {
    let a = this.#a;
    let b = this.#b;
    let at = end;
    while (at > 0) {
      const code = text.charCodeAt(at - 1);
      if (code === 46 && untilDot && at < end) break;
      a = Math.imul(a ^ code, 0x0100_0193);
      b = Math.imul(b + code, 0xc2b2_ae35);
      b ^= b >>> 15;
      at--;
    }
    this.#a = a;
    this.#b = b;
    return at;
  }

  /** Where it lies. */
  get place(): number {
    let mixed = this.#a ^ (this.#a >>> 16);
    mixed = Math.imul(mixed, 0x7feb_352d);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  }

  /** What it is told by there. */
  get mark(): number {
    return this.#b >>> 0;
  }
}
