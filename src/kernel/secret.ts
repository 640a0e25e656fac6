const mask = "[secret]";

/**
 * A value that must not end up in a log, a page or an error. However it is printed it shows as `[secret]`; the value
 * itself is given out by `reveal()` alone, which is easy to search for.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return mask;
  }

  toJSON(): string {
    return mask;
  }

  /** What `util.inspect` and `console.log` show. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return mask;
  }
}
