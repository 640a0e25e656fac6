/**
 * Remembers what was found for texts that logs write over and over: names of channels and programs, ids. Bounded, whatever
 * a log invents.
 */
export class TextMemo<T> {
  readonly #valueOf: (text: string) => T;
  readonly #known = new Map<string, Known<T>>();
  #last: Known<T>;

  constructor(valueOf: (text: string) => T) {
    this.#valueOf = valueOf;
    this.#last = { text: "", value: valueOf("") };
  }

  get(text: string): T {
    if (text === this.#last.text) return this.#last.value;
    const known = this.#known.get(text);
    if (known) {
      this.#last = known;
      return known.value;
    }
    const value = this.#valueOf(text);
    if (text.length <= longest && this.#known.size < mostTexts) {
      // A copy: a text cut out of a line would keep the whole line in memory. Half characters don't survive it.
      const copy = Buffer.from(text).toString();
      if (copy === text) this.#known.set(copy, { text: copy, value });
    }
    return value;
  }
}

interface Known<T> {
  readonly text: string;
  readonly value: T;
}

const mostTexts = 256;
const longest = 128;
