import type { Reading } from "./reading.ts";

export type RowCut =
  | "row"
  /** A line whose quote is never closed; what lies behind it is read on. */
  | "unclosed"
  | "too-long"
  /** All bytes in the window are used up. */
  | "more";

const newline = 10;
const quote = 34;

/** Cuts CSV into rows: at newlines outside quotes. Rows come out the same however the bytes come in. */
export class RowCutter {
  from = 0;
  to = 0;
  /** Address and length in the plain bytes. */
  offset = 0;
  length = 0;
  readonly #reading: Reading;
  readonly #separator: number;
  #scanned = 0;
  #inQuotes = false;
  #before = newline;
  /** Address of the row that is being passed over because it is too long. */
  #passing: number | undefined;

  constructor(reading: Reading, separator: string) {
    this.#reading = reading;
    this.#separator = separator.charCodeAt(0);
  }

  cut(): RowCut {
    const { window, limits } = this.#reading;
    const { bytes, end } = window;
    let at = window.start + this.#scanned;
    let before = this.#before;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === newline && !this.#inQuotes)
        return this.#finish(this.#passing === undefined ? "row" : "too-long", at);
      if (byte === quote) {
        // A second quote in a row is an escaped one; elsewhere a quote opens only where a value begins.
        this.#inQuotes = !this.#inQuotes && (before === this.#separator || before === newline || before === quote);
      }
      before = byte;
      if (at - window.start < limits.recordBytes || this.#passing !== undefined) continue;
      const stop = this.#inQuotes ? this.#firstLine(at) : -1;
      if (stop >= 0) return this.#finish("unclosed", stop);
      this.#passing = window.addressOf(window.start);
    }
    this.#before = before;
    if (this.#passing !== undefined) window.start = end;
    this.#scanned = end - window.start;
    return "more";
  }

  /** The bytes ended: the last row needs no newline. */
  end(): RowCut | undefined {
    const { window } = this.#reading;
    if (this.#passing !== undefined) return this.#finish("too-long", window.end);
    if (window.start === window.end) return undefined;
    if (!this.#inQuotes) return this.#finish("row", window.end);
    const stop = this.#firstLine(window.end);
    return this.#finish("unclosed", stop < 0 ? window.end : stop);
  }

  #firstLine(end: number): number {
    const { window } = this.#reading;
    const found = window.bytes.subarray(window.start, end).indexOf(newline);
    return found < 0 ? -1 : window.start + found;
  }

  #finish(cut: RowCut, at: number): RowCut {
    const { window } = this.#reading;
    this.from = window.start;
    this.to = at > this.from && window.bytes[at - 1] === 13 ? at - 1 : at;
    this.offset = this.#passing ?? window.addressOf(this.from);
    this.length = window.addressOf(this.to) - this.offset;
    window.start = Math.min(at + 1, window.end);
    this.#scanned = 0;
    this.#inQuotes = false;
    this.#before = newline;
    this.#passing = undefined;
    return cut;
  }
}
