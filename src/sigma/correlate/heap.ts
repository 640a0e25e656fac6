/** A binary min-heap; entries of equal key come out in the order in which they went in. */
export class Heap<T> {
  #entries: Entry<T>[] = [];
  #turns = 0;

  get size(): number {
    return this.#entries.length;
  }

  /** The least key; undefined when empty. */
  get least(): number | undefined {
    return this.#entries[0]?.key;
  }

  push(key: number, value: T): void {
    const entry = { key, turn: this.#turns++, value };
    const entries = this.#entries;
    let at = entries.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(entry, entries[parent]!)) break;
      entries[at] = entries[parent]!;
      at = parent;
    }
    entries[at] = entry;
  }

  pop(): T | undefined {
    const top = this.#entries[0];
    const last = this.#entries.pop();
    if (last !== undefined && last !== top) this.#sink(last, 0);
    return top?.value;
  }

  /** Lets go of all other values. */
  keep(wanted: (value: T) => boolean): void {
    this.#entries = this.#entries.filter((entry) => wanted(entry.value));
    for (let at = (this.#entries.length >> 1) - 1; at >= 0; at--) this.#sink(this.#entries[at]!, at);
  }

  /** The values in the order in which they would come out. */
  inOrder(): T[] {
    return this.#entries.toSorted((a, b) => (before(a, b) ? -1 : 1)).map((entry) => entry.value);
  }

  #sink(entry: Entry<T>, from: number): void {
    const entries = this.#entries;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= entries.length) break;
      if (child + 1 < entries.length && before(entries[child + 1]!, entries[child]!)) child++;
      if (!before(entries[child]!, entry)) break;
      entries[at] = entries[child]!;
      at = child;
    }
    entries[at] = entry;
  }
}

interface Entry<T> {
  readonly key: number;
  readonly turn: number;
  readonly value: T;
}

const before = (a: Entry<unknown>, b: Entry<unknown>) => a.key < b.key || (a.key === b.key && a.turn < b.turn);
