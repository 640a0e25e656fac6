/** The next bytes of a stream, held in one buffer of fixed size that is used again and again. */
export class ChunkWindow {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #buffer: Buffer;
  #held = 0;
  #piece: Uint8Array = new Uint8Array();
  #ended = false;
  #offset = 0;

  constructor(source: AsyncIterable<Uint8Array>, size: number) {
    this.#source = source[Symbol.asyncIterator]();
    this.#buffer = Buffer.alloc(size);
  }

  /** The bytes held, valid until they are dropped. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#held);
  }

  /** Where the held bytes begin, in bytes from the stream's start. */
  get offset(): number {
    return this.#offset;
  }

  /** Reads on until the window is full or the stream has ended; gives the number of bytes held. */
  async fill(): Promise<number> {
    while (this.#held < this.#buffer.length) {
      if (this.#piece.length === 0) {
        if (this.#ended) break;
        const next = await this.#source.next();
        if (next.done) this.#ended = true;
        else this.#piece = next.value;
        continue;
      }
      const taken = this.#piece.subarray(0, this.#buffer.length - this.#held);
      this.#buffer.set(taken, this.#held);
      this.#held += taken.length;
      this.#piece = this.#piece.subarray(taken.length);
    }
    return this.#held;
  }

  drop(size: number): void {
    this.#buffer.copyWithin(0, size, this.#held);
    this.#held -= size;
    this.#offset += size;
  }

  /** Tells the source that no more is wanted. */
  async close(): Promise<void> {
    if (!this.#ended) await this.#source.return?.();
  }
}
