import { isUtf8 } from "node:buffer";
import type { RecordBatch } from "../contract.ts";
import { addField, type Fields } from "./put-field.ts";
import { reportTooLong, type Reader, type Reading } from "./reading.ts";
import { noteBadUtf8 } from "./text-lines.ts";

const newline = 10;
const equals = 61;
const fieldName = /^[A-Z_][A-Z0-9_]{0,63}$/;

export function looksLikeJournal(text: string): boolean {
  return /^\s*[A-Z_][A-Z0-9_]{0,63}[=\n]/.test(text) && /^(?:__CURSOR|__REALTIME_TIMESTAMP|_BOOT_ID)=/m.test(text);
}

/**
 * systemd's journal export format: fields `NAME=value`, or a name, eight bytes of length and binary data; a blank line
 * ends an entry. Fields are taken as they come, so that an entry that is too long is never held.
 */
export const readJournal: Reader = async function* (reading): AsyncGenerator<RecordBatch> {
  const { window, batching } = reading;
  const entry = new Entry(reading);
  for (let going = true; going;) {
    going = await window.fill();
    while (entry.takeField(going)) if (batching.full) yield batching.take(window.consumed);
    if (!going) entry.finish(window.start);
    if (!batching.empty) yield batching.take(window.consumed);
  }
};

class Entry {
  readonly #reading: Reading;
  #fields: Fields = {};
  #offset: number | undefined;
  #held = 0;
  #tooLong = false;
  #badUtf8 = false;
  #junk = 0;
  #passing = 0;
  #passingLine = false;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /** Takes one line or binary field out of the window; false when it needs more bytes. */
  takeField(going: boolean): boolean {
    const { window, limits } = this.#reading;
    const { bytes, start, end } = window;
    if (start === end) return false;
    if (this.#passing > 0) {
      const passed = Math.min(this.#passing, end - start);
      this.#passing -= passed;
      window.start += passed;
      return true;
    }
    const found = bytes.subarray(start, end).indexOf(newline);
    if (found < 0 && going) {
      if (end - start > limits.recordBytes || this.#passingLine) {
        this.#begin(start);
        this.#tooLong = this.#passingLine = true;
        window.start = end;
      }
      return false;
    }
    const stop = found < 0 ? end : start + found;
    if (this.#passingLine) {
      this.#passingLine = false;
      window.start = Math.min(stop + 1, end);
      return true;
    }
    if (stop === start) {
      this.finish(start);
      window.start = Math.min(stop + 1, end);
      return true;
    }
    const cut = bytes.subarray(start, stop).indexOf(equals);
    if (cut >= 0) {
      this.#begin(start);
      this.#put(start, start + cut, start + cut + 1, stop);
      window.start = Math.min(stop + 1, end);
      return true;
    }
    return this.#takeBinary(stop, going);
  }

  #takeBinary(stop: number, going: boolean): boolean {
    const { window, limits } = this.#reading;
    const { bytes, start, end } = window;
    if (!fieldName.test(bytes.toString("latin1", start, Math.min(stop, start + 65)))) {
      this.#begin(start);
      if (stop - start > limits.recordBytes) this.#tooLong = true;
      this.#junk += stop - start;
      window.start = Math.min(stop + 1, end);
      return true;
    }
    const from = stop + 1 + 8;
    if (from > end) {
      if (going) return false;
      this.#begin(start);
      this.#junk += end - start;
      window.start = end;
      return true;
    }
    const length = bytes.readBigUInt64LE(stop + 1);
    const to = from + Number(length);
    if (length > BigInt(limits.recordBytes)) {
      this.#begin(start);
      this.#tooLong = true;
      this.#passing = Number(length);
      window.start = from;
      return true;
    }
    if (to > end && going) return false;
    this.#begin(start);
    if (to > end) this.#junk += end - start;
    else this.#put(start, stop, from, to);
    window.start = Math.min(to, end);
    if (bytes[to] === newline && to < end) window.start++;
    else if (to === end) this.#passing = going ? 1 : 0;
    return true;
  }

  #begin(at: number): void {
    this.#offset ??= this.#reading.window.addressOf(at);
  }

  #put(nameFrom: number, nameTo: number, from: number, to: number): void {
    const { window, limits } = this.#reading;
    this.#held += to - nameFrom;
    if (this.#held > limits.recordBytes) {
      this.#tooLong = true;
      this.#fields = {};
    }
    if (this.#tooLong) return;
    const value = window.bytes.subarray(from, to);
    if (!isUtf8(value)) this.#badUtf8 = true;
    addField(this.#fields, window.bytes.toString("utf8", nameFrom, nameTo), value.toString("utf8"));
  }

  /** The entry ends before `bytes[at]`. */
  finish(at: number): void {
    const { window, batching } = this.#reading;
    if (this.#offset === undefined) return;
    const offset = this.#offset;
    const length = window.addressOf(at) - offset;
    if (this.#tooLong) reportTooLong(this.#reading, offset, length);
    else if (Object.keys(this.#fields).length === 0) {
      batching.lost(offset, length, "bad-entry", "holds no field of a journal entry; it was passed over");
    } else {
      if (this.#badUtf8) noteBadUtf8(this.#reading, offset);
      if (this.#junk > 0) {
        batching.notice(offset, "bad-entry", `${this.#junk} bytes of the entry are no field; the others were read`);
      }
      batching.add("journald-export", offset, length, this.#fields);
    }
    this.#fields = {};
    this.#offset = undefined;
    this.#held = this.#junk = 0;
    this.#tooLong = this.#badUtf8 = false;
  }
}
