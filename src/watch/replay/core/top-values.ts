export interface ValueCount {
  readonly value: string;
  readonly count: number;
}

/** Counts values, of many the first `kept` that came; what has no room is counted together. */
export class TopValues {
  readonly #counts = new Map<string, number>();
  readonly #kept: number;
  others = 0;

  constructor(kept = 20_000) {
    this.#kept = kept;
  }

  add(value: string): void {
    if (value === "") return;
    const known = this.#counts.get(value);
    if (known !== undefined) this.#counts.set(value, known + 1);
    else if (this.#counts.size < this.#kept) this.#counts.set(value, 1);
    else this.others++;
  }

  /** Most frequent first. */
  top(most: number): ValueCount[] {
    return [...this.#counts]
      .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
      .slice(0, most)
      .map(([value, count]) => ({ value, count }));
  }
}
