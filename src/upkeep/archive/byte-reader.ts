/** Reads a stream of chunks by length. Holds one chunk, or what was asked for. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Up to `most` bytes, at least one; undefined at the end. */
  async some(most: number): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next();
      if (next.done) return undefined;
      this.#rest = next.value;
    }
    const taken = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(taken.length);
    return taken;
  }

  /** Exactly so many bytes, or fewer at the end. */
  async take(length: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (let got = 0; got < length;) {
      const part = await this.some(length - got);
      if (!part) break;
      parts.push(part);
      got += part.length;
    }
    const [only] = parts;
    return parts.length === 1 && only ? only : Buffer.concat(parts);
  }

  /** Up to and with the first newline; undefined where none comes within `most` bytes. */
  async line(most: number): Promise<string | undefined> {
    const bytes: number[] = [];
    while (bytes.length < most) {
      const [byte] = (await this.some(1)) ?? [];
      if (byte === undefined) return undefined;
      if (byte === 0x0a) return Buffer.from(bytes).toString("latin1");
      bytes.push(byte);
    }
    return undefined;
  }
}
