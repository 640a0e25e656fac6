import type { Held } from "./observation.ts";

/** What a window holds, oldest first. Taking from the front costs nothing; what was taken is let go in strides. */
export class HeldQueue<Ref> {
  #held: Held<Ref>[] = [];
  #head = 0;

  get size(): number {
    return this.#held.length - this.#head;
  }

  get oldest(): Held<Ref> | undefined {
    return this.#held[this.#head];
  }

  get newest(): Held<Ref> | undefined {
    return this.size > 0 ? this.#held.at(-1) : undefined;
  }

  /** `place` 0: the oldest. It has to be less than `size`. */
  at(place: number): Held<Ref> {
    return this.#held[this.#head + place]!;
  }

  push(held: Held<Ref>): void {
    this.#held.push(held);
  }

  /** Takes the oldest; there has to be one. */
  shift(): Held<Ref> {
    const oldest = this.#held[this.#head++]!;
    if (this.#head === this.#held.length) {
      this.#held = [];
      this.#head = 0;
    } else if (this.#head > 64 && this.#head * 2 > this.#held.length) {
      this.#held = this.#held.slice(this.#head);
      this.#head = 0;
    }
    return oldest;
  }

  /** Puts the one at `place` before all others, so that it is the next to be taken. */
  putFirst(place: number): void {
    const first = this.at(place);
    this.#held.copyWithin(this.#head + 1, this.#head, this.#head + place);
    this.#held[this.#head] = first;
  }

  /** A copy, oldest first. */
  toArray(): Held<Ref>[] {
    return this.#held.slice(this.#head);
  }
}
