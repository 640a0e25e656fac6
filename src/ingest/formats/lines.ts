import { isAscii, isUtf8 } from "node:buffer";
import type { Reading } from "./reading.ts";

const newline = 10;
const carriageReturn = 13;

/**
 * Cuts a window into lines: `while (await lines.more()) while (lines.next()) …`. Between two `more`s every line's bytes
 * stay where they are. A line longer than the limit is passed over without being held and comes as `tooLong`.
 */
export class Lines {
  /** The line, without its end: `window.bytes[from, to)`. */
  from = 0;
  to = 0;
  /** Address of the line and its length in the plain bytes. */
  offset = 0;
  length = 0;
  tooLong = false;
  /** What is known of all lines of this stretch. */
  ascii = false;
  utf8 = false;
  readonly #reading: Reading;
  #searched = 0;
  #stop = 0;
  /** Address where a line that is being passed over began; -1 for the part of a line before the range. */
  #passing: number | undefined;
  #passedReturn = false;
  #passed: { offset: number; length: number } | undefined;
  #ended = false;

  constructor(reading: Reading) {
    this.#reading = reading;
    if (reading.range.start > 0) this.#passing = -1;
  }

  async more(): Promise<boolean> {
    const { window, limits, range } = this.#reading;
    while (!this.#ended) {
      if (window.start < window.end && window.addressOf(window.start) >= range.end && this.#passing === undefined)
        break;
      const unread = window.end - window.start;
      if (!(await window.fill())) return this.#last();
      const { bytes, end } = window;
      let { start } = window;
      this.#searched = start + unread;
      if (this.#passing === undefined && window.addressOf(start) >= range.end) break;
      if (this.#passing !== undefined) {
        const stop = bytes.subarray(start, end).indexOf(newline);
        if (stop < 0) {
          this.#drop();
          continue;
        }
        const hasReturn = stop > 0 ? bytes[start + stop - 1] === carriageReturn : this.#passedReturn;
        this.#pass(window.addressOf(start + stop) - (hasReturn ? 1 : 0));
        start += stop + 1;
        window.start = start;
        this.#searched = start;
        // What comes next is another range's, however long it is.
        if (window.addressOf(start) >= range.end) {
          this.#ended = true;
          this.#stop = start;
          return this.#passed !== undefined;
        }
      }
      const last = bytes.subarray(this.#searched, end).lastIndexOf(newline);
      if (last < 0) {
        if (end - start > limits.recordBytes + 1) {
          this.#passing = window.addressOf(start);
          this.#drop();
        }
        if (this.#passed === undefined) continue;
        this.#stop = start;
        return true;
      }
      this.#stop = this.#searched + last + 1;
      this.#judge();
      return true;
    }
    return false;
  }

  next(): boolean {
    const { window, limits, range } = this.#reading;
    if (this.#passed !== undefined) {
      this.tooLong = true;
      this.offset = this.#passed.offset;
      this.length = this.#passed.length;
      this.#passed = undefined;
      return true;
    }
    const from = window.start;
    if (from >= this.#stop) return false;
    const offset = window.addressOf(from);
    if (offset >= range.end) {
      this.#ended = true;
      return false;
    }
    let to = window.bytes.indexOf(newline, from);
    if (to < 0 || to >= this.#stop) to = this.#stop;
    window.start = to + 1;
    if (to > from && window.bytes[to - 1] === carriageReturn) to--;
    this.from = from;
    this.to = to;
    this.offset = offset;
    this.length = to - from;
    this.tooLong = this.length > limits.recordBytes;
    return true;
  }

  /** The bytes ended: what is left is a line without an end. */
  #last(): boolean {
    const { window } = this.#reading;
    this.#ended = true;
    if (this.#passing !== undefined) {
      this.#pass(window.addressOf(window.end) - (this.#passedReturn ? 1 : 0));
      window.start = window.end;
    }
    this.#stop = window.end;
    this.#judge();
    return this.#passed !== undefined || window.start < window.end;
  }

  /** Lets go of what is held of a line that is passed over. */
  #drop(): void {
    const { window } = this.#reading;
    this.#passedReturn = window.bytes[window.end - 1] === carriageReturn;
    window.start = window.end;
  }

  #pass(stop: number): void {
    const offset = this.#passing ?? -1;
    this.#passing = undefined;
    if (offset >= 0) this.#passed = { offset, length: stop - offset };
  }

  #judge(): void {
    const { window } = this.#reading;
    const stretch = window.bytes.subarray(window.start, this.#stop);
    this.ascii = isAscii(stretch);
    this.utf8 = this.ascii || isUtf8(stretch);
  }
}
