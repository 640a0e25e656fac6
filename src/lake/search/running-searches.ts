import { refuse } from "../refusals.ts";

/** How many searches each caller has running. What one holds, nobody else waits for. */
export class RunningSearches {
  readonly #most: number;
  readonly #running = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Counts one more until it is disposed. Throws the refusal `lake/too-many-searches` (429). */
  begin(caller: string): Disposable {
    const running = this.#running.get(caller) ?? 0;
    if (running >= this.#most) throw refuse("too-many-searches", { most: this.#most, retryAfter: 1 });
    this.#running.set(caller, running + 1);
    let ended = false;
    return {
      [Symbol.dispose]: () => {
        if (ended) return;
        ended = true;
        const left = (this.#running.get(caller) ?? 1) - 1;
        if (left > 0) this.#running.set(caller, left);
        else this.#running.delete(caller);
      },
    };
  }
}
