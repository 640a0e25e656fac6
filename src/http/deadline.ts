import type { Refusal } from "#kernel";
import { refuse } from "./refusals.ts";

/**
 * The time that a request may take, and the signal that its handler gets. Most handlers never look at the signal, so it
 * is made when one does.
 */
export class Deadline {
  readonly #request: Request;
  readonly #stopping: AbortSignal | undefined;
  readonly #seconds: number;
  readonly #late = Promise.withResolvers<never>();
  readonly #timer: NodeJS.Timeout;
  #refusal: Refusal | undefined;
  #own: AbortController | undefined;
  #signal: AbortSignal | undefined;

  /** `stopping` for an answer that goes on by itself: it ends with the server. */
  constructor(request: Request, milliseconds: number, stopping?: AbortSignal) {
    this.#request = request;
    this.#stopping = stopping;
    this.#seconds = Math.round(milliseconds / 1_000);
    this.#timer = setTimeout(() => this.#expire(), milliseconds);
  }

  /** Aborts when the caller has gone, or the time is up. */
  get signal(): AbortSignal {
    if (this.#signal) return this.#signal;
    this.#own = new AbortController();
    if (this.#refusal) this.#own.abort(this.#refusal);
    const others = this.#stopping ? [this.#request.signal, this.#stopping] : [this.#request.signal];
    return (this.#signal = AbortSignal.any([this.#own.signal, ...others]));
  }

  /** Settles as the work does, or rejects once the time is up; what the work then throws is nobody's any more. */
  async hold<T>(work: Promise<T>): Promise<T> {
    try {
      return await Promise.race([work, this.#late.promise]);
    } finally {
      clearTimeout(this.#timer);
    }
  }

  #expire(): void {
    this.#refusal = refuse("too-slow", { seconds: this.#seconds });
    this.#own?.abort(this.#refusal);
    this.#late.reject(this.#refusal);
  }
}
