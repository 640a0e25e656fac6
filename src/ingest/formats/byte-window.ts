import type { ByteSource } from "./byte-source.ts";

/** Bytes read at once. */
const piece = 1024 * 1024;
/** The same for a file that is known to be small. */
export const smallPiece = 64 * 1024;

/**
 * The part of a log that is in memory: `bytes[start, end)` is unread. Two buffers take turns, one read ahead from disk
 * while the other is worked on; views into `bytes` hold until the next `fill`.
 */
export class ByteWindow implements AsyncDisposable {
  bytes: Buffer;
  start: number;
  end: number;
  readonly #piece: number;
  /** Room before each piece for the unread rest of the one before, so that it need not be moved twice. */
  readonly #reserve: number;
  /** Address in the plain bytes of `bytes[end]`. */
  #position: number;
  #spare: Buffer;
  #large: Buffer | undefined;
  #ahead: Promise<number> | undefined;
  #ended = false;
  readonly #source: ByteSource;
  readonly #signal: AbortSignal | undefined;

  constructor(source: ByteSource, position: number, signal: AbortSignal | undefined, size = piece) {
    this.#piece = size;
    this.#reserve = this.start = this.end = size >> 4;
    this.#source = source;
    this.#position = position;
    this.#signal = signal;
    this.bytes = Buffer.allocUnsafeSlow(this.#reserve + size);
    this.#spare = Buffer.allocUnsafeSlow(this.#reserve + size);
  }

  get consumed(): number {
    return this.#source.consumed;
  }

  get fault(): ByteSource["fault"] {
    return this.#ended ? this.#source.fault : undefined;
  }

  /** Address in the plain bytes of `bytes[at]`. */
  addressOf(at: number): number {
    return this.#position - (this.end - at);
  }

  /** Gets at least one more byte; false at the end. Whatever lies in [start, end) is kept, but moves. */
  async fill(): Promise<boolean> {
    if (this.#ended) return false;
    this.#signal?.throwIfAborted();
    const got = await (this.#ahead ?? this.#source.read(this.#spare, this.#reserve));
    this.#ahead = undefined;
    this.#signal?.throwIfAborted();
    if (got === 0) {
      this.#ended = true;
      return false;
    }
    this.#position += got;
    if (this.end - this.start <= this.#reserve) this.#swap(got);
    else this.#append(got);
    if (this.#source.mayReadAhead) this.#ahead = this.#source.read(this.#spare, this.#reserve);
    return true;
  }

  #swap(got: number): void {
    const old = this.bytes;
    const start = this.#reserve - (this.end - this.start);
    old.copy(this.#spare, start, this.start, this.end);
    this.bytes = this.#spare;
    this.start = start;
    this.end = this.#reserve + got;
    // A large buffer is let go as soon as its long record has been read.
    this.#spare = this.#large ?? old;
    this.#large = undefined;
  }

  /** The unread rest is larger than the reserve: it grows in a buffer of its own. */
  #append(got: number): void {
    const unread = this.end - this.start;
    if (this.end + got > this.bytes.length || this.#large === undefined) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * unread, this.#piece) + this.#piece);
      this.bytes.copy(larger, 0, this.start, this.end);
      this.#large ??= this.bytes;
      this.bytes = larger;
      this.start = 0;
      this.end = unread;
    }
    this.#spare.copy(this.bytes, this.end, this.#reserve, this.#reserve + got);
    this.end += got;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ahead?.catch(() => 0);
    await this.#source[Symbol.asyncDispose]();
  }
}
