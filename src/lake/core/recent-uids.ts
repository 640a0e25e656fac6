export interface RecentUidsOptions {
  /** Slots of a generation, a power of two; half of them are used. Each takes 4 bytes. */
  readonly slots: number;
  /** How many generations there are at most; when all are full, the oldest is forgotten. */
  readonly generations: number;
}

/**
 * Remembers the newest uids that it was given, at least `slots / 2 * (generations - 1)` of them once it is full, in a
 * bounded number of bytes. A uid that it remembers it always knows; one that it was never given it takes for known once
 * in about a thousand million times. Of each uid 32 bits are kept, at a place that other bits of it name (open
 * addressing), so asking costs one look into memory for each generation.
 */
export class RecentUids {
  readonly #slots: number;
  readonly #most: number;
  /** The newest first. Made when needed: who has few events needs little memory. */
  readonly #generations: Uint32Array[] = [];
  #used = 0;

  constructor({ slots, generations }: RecentUidsOptions) {
    if (slots < 2 || (slots & (slots - 1)) !== 0) throw new RangeError("slots is a power of two");
    this.#slots = slots;
    this.#most = generations;
  }

  get bytes(): number {
    return this.#generations.length * this.#slots * 4;
  }

  /** Whether the uid, 16 bytes at `at`, was there already, or seems so; it is afterwards. */
  add(uids: DataView, at: number): boolean {
    const mark = uids.getUint32(at) || 1;
    const place = (uids.getUint32(at + 4) ^ uids.getUint32(at + 8)) & (this.#slots - 1);
    for (const generation of this.#generations) if (this.#has(generation, place, mark)) return true;
    this.#put(place, mark);
    return false;
  }

  #has(generation: Uint32Array, place: number, mark: number): boolean {
    for (let slot = place; ; slot = (slot + 1) & (this.#slots - 1)) {
      const there = generation[slot];
      if (there === mark) return true;
      if (there === 0) return false;
    }
  }

  #put(place: number, mark: number): void {
    if (this.#generations.length === 0 || this.#used >= this.#slots >> 1) {
      const oldest = this.#generations.length >= this.#most ? this.#generations.pop() : undefined;
      this.#generations.unshift(oldest?.fill(0) ?? new Uint32Array(this.#slots));
      this.#used = 0;
    }
    const newest = this.#generations[0]!;
    let slot = place;
    while (newest[slot] !== 0) slot = (slot + 1) & (this.#slots - 1);
    newest[slot] = mark;
    this.#used += 1;
  }
}
