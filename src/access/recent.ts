/** What was found out a moment ago: each key for so many milliseconds, and never more than so many keys. */
export class Recent<Value> {
  readonly #lifetime: number;
  readonly #most: number;
  readonly #known = new Map<string, { readonly value: Value; readonly at: number }>();

  constructor({ lifetime, most }: { readonly lifetime: number; readonly most: number }) {
    this.#lifetime = lifetime;
    this.#most = most;
  }

  get size(): number {
    return this.#known.size;
  }

  /** A clock that was set back counts as time that has passed. */
  get(key: string, now: number): Value | undefined {
    const found = this.#known.get(key);
    if (!found) return undefined;
    if (now >= found.at && now - found.at < this.#lifetime) return found.value;
    this.#known.delete(key);
    return undefined;
  }

  set(key: string, value: Value, now: number): void {
    this.#known.delete(key);
    this.#known.set(key, { value, at: now });
    for (const [oldest] of this.#known) {
      if (this.#known.size <= this.#most) return;
      this.#known.delete(oldest);
    }
  }

  clear(): void {
    this.#known.clear();
  }
}
