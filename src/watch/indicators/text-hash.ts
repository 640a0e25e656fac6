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

  add(code: number): void {
    this.#a = Math.imul(this.#a ^ code, 0x0100_0193);
    this.#b = Math.imul(this.#b + code, 0xc2b2_ae35);
    this.#b ^= this.#b >>> 15;
  }

  addAll(text: string): void {
    for (let at = text.length - 1; at >= 0; at--) this.add(text.charCodeAt(at));
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
