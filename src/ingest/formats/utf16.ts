import type { ByteSource } from "./byte-source.ts";

export type Utf16 = "utf-16le" | "utf-16be";

/** By byte order mark, or by an ASCII first character and NULs where UTF-16 has them. */
export function utf16Of(head: Uint8Array): Utf16 | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  if (head.length < 4) return undefined;
  if (isText(head[0]) && head[1] === 0 && isText(head[2]) && head[3] === 0) return "utf-16le";
  if (head[0] === 0 && isText(head[1]) && head[2] === 0 && isText(head[3])) return "utf-16be";
  return undefined;
}

function isText(byte: number | undefined): boolean {
  return byte === 9 || byte === 10 || byte === 13 || (byte !== undefined && byte >= 32 && byte < 127);
}

export function decodeUtf16(bytes: Uint8Array, encoding: Utf16): Buffer {
  return Buffer.from(new TextDecoder(encoding).decode(bytes, { stream: true }));
}

/** UTF-16 text as UTF-8; addresses in it are those of the UTF-8 bytes. */
export class Utf16Source implements ByteSource {
  readonly mayReadAhead = false;
  readonly #inner: ByteSource;
  readonly #decoder: InstanceType<typeof TextDecoder>;
  readonly #packed = Buffer.allocUnsafeSlow(64 * 1024);
  #plain: Buffer = Buffer.alloc(0);
  #ended = false;

  constructor(inner: ByteSource, encoding: Utf16) {
    this.#inner = inner;
    this.#decoder = new TextDecoder(encoding);
  }

  get consumed(): number {
    return this.#inner.consumed;
  }

  get fault(): ByteSource["fault"] {
    return this.#inner.fault;
  }

  async read(into: Buffer, at: number): Promise<number> {
    while (this.#plain.length === 0 && !this.#ended) {
      const got = await this.#inner.read(this.#packed, 0);
      this.#ended = got === 0;
      const text = this.#decoder.decode(this.#packed.subarray(0, got), { stream: !this.#ended });
      this.#plain = Buffer.from(text);
    }
    const copied = this.#plain.copy(into, at);
    this.#plain = this.#plain.subarray(copied);
    return copied;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#inner[Symbol.asyncDispose]();
  }
}
