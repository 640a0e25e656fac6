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

  /**
   * JSON text as the inside of a JSON string; false, and nothing is written, where it has an escape that JSON may not
   * demand: `\\u` or `\\/`.
   */
  json(text: Uint8Array): boolean {
    this.#grow(text.length * 6);
    const end = putJson(text, this.#bytes, this.#used);
    if (end < 0) return false;
    this.#used = end;
    return true;
  }

  /** Bytes as the inside of a JSON string, whatever they are: ClickHouse takes those that are not UTF-8 as they stand. */
  escaped(bytes: Uint8Array): void {
    this.#grow(bytes.length * 6);
    this.#used = putEscaped(bytes, this.#bytes, this.#used);
  }

  /** All bytes so far; the buffer is the taker's. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = new Uint8Array(this.#bytes.buffer, 0, this.#used);
    // As large as the last one was: growing costs a copy of all that is there.
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(this.#least, Math.ceil(this.#used * 1.1)));
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

/** As `putEscaped`; -1 at an escape with a letter u or a slash. What a backslash escapes begins no escape itself. */
function putJson(text: Uint8Array, out: Uint8Array, from: number): number {
  let at = from;
  const end = text.length;
  for (let index = 0; index < end; index += 1) {
    const byte = text[index]!;
    if (byte === 0x22) out[at++] = 0x5c;
    else if (byte === 0x5c) {
      const next = text[index + 1];
      if (next === 0x75 || next === 0x2f) return -1;
      out[at++] = 0x5c;
      if (next === 0x5c) {
        out[at++] = 0x5c;
        out[at++] = 0x5c;
        index += 1;
      }
    } else if (byte < 0x20) {
      at = putControl(byte, out, at);
      continue;
    }
    out[at++] = byte;
  }
  return at;
}

/** A loop of its own over the bytes: half of what JSON.stringify costs, and nothing for the collector. */
function putEscaped(bytes: Uint8Array, out: Uint8Array, from: number): number {
  let at = from;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index]!;
    if (byte === 0x22 || byte === 0x5c) out[at++] = 0x5c;
    else if (byte < 0x20) {
      at = putControl(byte, out, at);
      continue;
    }
    out[at++] = byte;
  }
  return at;
}

/** `\u00XX`. */
function putControl(byte: number, out: Uint8Array, at: number): number {
  for (const character of `\\u00${byte.toString(16).padStart(2, "0")}`) out[at++] = character.charCodeAt(0);
  return at;
}
