import { refuse } from "../refusals.ts";

/** What all requests' bodies together may hold in memory, however many senders come at once. */
export class MemoryBudget {
  readonly #most: number;
  #held = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Bytes that are held now. */
  get held(): number {
    return this.#held;
  }

  /** Throws the refusal `intake/too-much-at-once` when there is no room for so many bytes more. */
  hold(bytes: number): void {
    if (this.#held + bytes > this.#most) throw refuse("too-much-at-once", { retryAfter: 1 });
    this.#held += bytes;
  }

  release(bytes: number): void {
    this.#held -= bytes;
  }
}
