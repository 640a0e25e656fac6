export interface Rate {
  /** How many at once. */
  readonly burst: number;
  /** After that, one for each so many milliseconds. */
  readonly every: number;
}

export interface RateLimitOptions extends Rate {
  /** Milliseconds from any start, never going back. */
  readonly now: () => number;
  /** The most keys to remember. Past it the one that was quiet for longest is forgotten first. */
  readonly mostKeys?: number;
}

/**
 * Counts by key (an address). What it remembers of a key is one number, the time at which its burst is whole again
 * (GCRA, as ATM's traffic contracts name it, ITU-T I.371), and a key whose burst is whole needs none.
 */
export class RateLimit {
  readonly #options: Required<RateLimitOptions>;
  /** Key → when its burst is whole again; in the order of their last use. */
  readonly #whole = new Map<string, number>();

  constructor(options: RateLimitOptions) {
    this.#options = { mostKeys: 10_000, ...options };
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#whole.size;
  }

  /** Milliseconds until one more is allowed; 0 when it is now, and then it is counted. */
  take(key: string): number {
    const { burst, every, now } = this.#options;
    const at = now();
    const whole = Math.max(this.#whole.get(key) ?? at, at) + every;
    const wait = whole - at - burst * every;
    if (wait > 0) return wait;
    this.#remember(key, whole);
    return 0;
  }

  /** Takes back one that was counted and should not have been. */
  giveBack(key: string): void {
    const whole = this.#whole.get(key);
    if (whole !== undefined) this.#remember(key, whole - this.#options.every);
  }

  #remember(key: string, whole: number): void {
    this.#whole.delete(key);
    if (whole > this.#options.now()) this.#whole.set(key, whole);
    for (const [oldest] of this.#whole) {
      if (this.#whole.size <= this.#options.mostKeys) return;
      this.#whole.delete(oldest);
    }
  }
}
