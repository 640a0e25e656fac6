import type { ByteSource } from "./byte-source.ts";

/** A source whose first bytes were looked at already; they are given again. */
export class HeadSource implements ByteSource {
  readonly head: Buffer;
  readonly #inner: ByteSource;
  #given = 0;

  constructor(inner: ByteSource, head: Buffer) {
    this.#inner = inner;
    this.head = head;
  }

  /** Reads `size` bytes ahead, or all when there are fewer: what is seen doesn't depend on how the bytes come in. */
  static async of(inner: ByteSource, size: number): Promise<HeadSource> {
    const head = Buffer.allocUnsafeSlow(size);
    let length = 0;
    try {
      while (length < size) {
        const got = await inner.read(head, length);
        if (got === 0) break;
        length += got;
      }
    } catch (error) {
      await inner[Symbol.asyncDispose]();
      throw error;
    }
    return new HeadSource(inner, head.subarray(0, length));
  }

  get consumed(): number {
    return this.#inner.consumed;
  }

  get fault(): ByteSource["fault"] {
    return this.#inner.fault;
  }

  get mayReadAhead(): boolean {
    return this.#inner.mayReadAhead;
  }

  seek(position: number): boolean {
    if (position <= this.head.length) {
      this.#given = position;
      return true;
    }
    return this.#inner.seek?.(position) === true && (this.#given = this.head.length) >= 0;
  }

  /** Goes on at `position`: by seeking in a file, by passing over bytes of a stream. */
  async skipTo(position: number): Promise<void> {
    if (this.seek(position)) return;
    this.#given = this.head.length;
    const sink = Buffer.allocUnsafeSlow(64 * 1024);
    for (let left = position - this.head.length; left > 0;) {
      const got = await this.#inner.read(sink.subarray(0, Math.min(left, sink.length)), 0);
      if (got === 0) return;
      left -= got;
    }
  }

  async read(into: Buffer, at: number): Promise<number> {
    if (this.#given < this.head.length) {
      const copied = this.head.copy(into, at, this.#given);
      this.#given += copied;
      return copied;
    }
    return this.#inner.read(into, at);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#inner[Symbol.asyncDispose]();
  }
}
