import { unlessAborted } from "./aborted.ts";
import { systemReason, type ByteSource, type SourceFault } from "./byte-source.ts";

/** The bytes of an async iterable, such as standard input. A wait ends when the signal aborts. */
export class StreamSource implements ByteSource {
  readonly mayReadAhead = false;
  consumed = 0;
  fault: SourceFault | undefined;
  readonly #pieces: AsyncIterator<Uint8Array>;
  readonly #signal: AbortSignal | undefined;
  #piece: Uint8Array = new Uint8Array(0);
  #ended = false;

  constructor(pieces: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined) {
    this.#pieces = pieces[Symbol.asyncIterator]();
    this.#signal = signal;
  }

  async read(into: Buffer, at: number): Promise<number> {
    while (this.#piece.length === 0) {
      if (this.#ended || !(await this.#next())) return 0;
    }
    const part = this.#piece.subarray(0, into.length - at);
    into.set(part, at);
    this.#piece = this.#piece.subarray(part.length);
    this.consumed += part.length;
    return part.length;
  }

  async #next(): Promise<boolean> {
    try {
      const { done, value } = await unlessAborted(this.#pieces.next(), this.#signal);
      if (done) this.#ended = true;
      else this.#piece = value;
    } catch (error) {
      this.#signal?.throwIfAborted();
      this.#ended = true;
      this.fault = { code: "read-failed", message: `reading stopped: ${systemReason(error)}` };
    }
    return !this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Not awaited when bytes are still due: a silent pipe would never answer.
    const returned = this.#pieces.return?.();
    returned?.catch(() => {});
    if (this.#ended) await returned?.catch(() => {});
  }
}
