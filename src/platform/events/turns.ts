/** Lets at most `most` pieces of work go at once; the others wait, first come first served. */
export class Turns {
  readonly #most: number;
  #going = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#going >= this.#most) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#going += 1;
    try {
      return await work();
    } finally {
      // The turn is handed on rather than given back, so that nobody can slip in between.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#going -= 1;
    }
  }
}
