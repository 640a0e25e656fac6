import { Damage } from "./damage.ts";

const scratch = Buffer.allocUnsafe(1 << 16);

/** The bytes of one chunk; every read is checked against the chunk's end, every offset counts from its start. */
export class ChunkBytes {
  readonly bytes: Buffer;
  readonly length: number;
  readonly #view: DataView;
  readonly #names = new Map<number, string>();

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.length = bytes.byteLength;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Throws unless `size` bytes lie at `at`, before `end`. */
  need(at: number, size: number, end: number = this.length): void {
    if (at < 0 || at + size > end || end > this.length) {
      throw new Damage(
        "bad-binxml",
        at,
        `${size} bytes are needed at ${at}, past the end at ${Math.min(end, this.length)}`,
      );
    }
  }

  u8(at: number): number {
    this.need(at, 1);
    return this.#view.getUint8(at);
  }

  u16(at: number): number {
    this.need(at, 2);
    return this.#view.getUint16(at, true);
  }

  u32(at: number): number {
    this.need(at, 4);
    return this.#view.getUint32(at, true);
  }

  i32(at: number): number {
    this.need(at, 4);
    return this.#view.getInt32(at, true);
  }

  f32(at: number): number {
    this.need(at, 4);
    return this.#view.getFloat32(at, true);
  }

  f64(at: number): number {
    this.need(at, 8);
    return this.#view.getFloat64(at, true);
  }

  /** UTF-16 little-endian text up to its first NUL, as Windows shows it. Lone surrogates stay as they are. */
  utf16(at: number, units: number): string {
    this.need(at, units * 2);
    const { bytes } = this;
    let unit = 0;
    for (; unit < units; unit++) {
      const low = bytes[at + unit * 2]!;
      if (bytes[at + unit * 2 + 1] !== 0) return this.#wide(at, unit, units);
      if (low === 0) break;
      scratch[unit] = low;
    }
    // One byte a character: half the memory, and what searching text later is fastest on.
    return scratch.toString("latin1", 0, unit);
  }

  #wide(at: number, from: number, units: number): string {
    let unit = from;
    while (unit < units && (this.bytes[at + unit * 2] !== 0 || this.bytes[at + unit * 2 + 1] !== 0)) unit++;
    return this.bytes.toString("utf16le", at, at + unit * 2);
  }

  /**
   * An element's or attribute's name (libyal, "Name"): link to the next name of the same hash (never followed: it may
   * be a cycle), hash, count of units, the units, a NUL.
   */
  name(at: number): string {
    let name = this.#names.get(at);
    if (name === undefined) {
      name = this.utf16(at + 8, this.u16(at + 6));
      this.#names.set(at, name);
    }
    return name;
  }

  /** Where the bytes go on after a name that lies at `at`. */
  afterName(at: number): number {
    return at + 8 + this.u16(at + 6) * 2 + 2;
  }
}
