/** Rows as bytes, one after the other, in a buffer that grows. */
export class RowBuffer {
  #bytes: Buffer<ArrayBuffer>;
  #used = 0;
  readonly #least: number;

  constructor(least: number) {
    this.#least = least;
    this.#bytes = Buffer.allocUnsafeSlow(least);
  }

  get size(): number {
    return this.#used;
  }

  /** Well-formed text; a text of ASCII alone, as most are, is written at the speed of memory. */
  text(text: string): void {
    this.#grow(text.length * 3);
    this.#used += this.#bytes.write(text, this.#used);
  }

  /** Bytes as the inside of a JSON string, whatever they are: ClickHouse takes those that are not UTF-8 as they stand. */
  escaped(bytes: Uint8Array): void {
    this.#grow(bytes.length * 6);
    const out = this.#bytes;
    let at = this.#used;
    for (const byte of bytes) {
      if (byte < 0x20 || byte === 0x22 || byte === 0x5c) at += out.write(escapeOf(byte), at, "latin1");
      else out[at++] = byte;
    }
    this.#used = at;
  }

  /** All bytes so far; the buffer is the taker's. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = new Uint8Array(this.#bytes.buffer, 0, this.#used);
    this.#bytes = Buffer.allocUnsafeSlow(this.#least);
    this.#used = 0;
    return taken;
  }

  #grow(more: number): void {
    if (this.#used + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#used + more));
    this.#bytes.copy(larger, 0, 0, this.#used);
    this.#bytes = larger;
  }
}

function escapeOf(byte: number): string {
  return byte < 0x20 ? `\\u00${byte.toString(16).padStart(2, "0")}` : `\\${String.fromCharCode(byte)}`;
}
