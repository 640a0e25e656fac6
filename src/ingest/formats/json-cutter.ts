import type { Reading } from "./reading.ts";

/** What `JsonCutter.cut` found; its place is in `from`, `to` and `offset`. */
export type Cut =
  /** JSON text of one record, brackets balanced; not parsed yet. */
  | "value"
  /** Something other than an object or list where a record should be. */
  | "stray"
  /** A record that is broken or never ends. */
  | "broken"
  | "too-deep"
  | "too-long"
  /** All bytes in the window are used up. */
  | "more";

const newline = 10;
const quote = 34;
const comma = 44;
const openList = 91;
const backslash = 92;
const closeList = 93;
const openObject = 123;
const closeObject = 125;

/**
 * Cuts JSON into records by counting brackets: objects one after another, the elements of lists at the top, and the
 * elements of the list that `path` leads to in an envelope. Holds one record at a time, and none that is too long.
 * Records come out the same however the bytes come in.
 */
export class JsonCutter {
  from = 0;
  to = 0;
  /** Address and length in the plain bytes. */
  offset = 0;
  length = 0;
  readonly #reading: Reading;
  readonly #path: readonly Buffer[];
  #depth = 0;
  /** Depth at which records lie; Infinity in the rest of an envelope behind its list. */
  #base = 0;
  #inside: "nothing" | "record" | "stray" = "nothing";
  #inString = false;
  #stringFrom = 0;
  #tooDeep = false;
  /** Bytes behind `window.start` that were looked at. */
  #scanned = 0;
  /** The record at hand is not held, only passed over: where it began, and what to say of it. */
  #passing: { readonly address: number; readonly as: Cut } | undefined;
  /** How much of `path` has been walked in the object at hand; -1: none of it is looked for. */
  #level = -1;
  #keyMatches = false;
  /** Bytes between the last newline and the record at hand; -1 when there are others than blanks. */
  #indent = 0;
  /** A record broke before: from now on a line that begins as records do begins one. */
  #strict = false;

  constructor(reading: Reading, path: readonly string[]) {
    this.#reading = reading;
    this.#path = path.map((key) => Buffer.from(key));
  }

  cut(): Cut {
    const { window, limits } = this.#reading;
    const { bytes, end } = window;
    if (this.#passing?.as === "broken") {
      const next = this.#nextLikeThis(end);
      if (next >= 0) return this.#finish("broken", next);
      window.start = Math.max(window.start, end - this.#indent - 2);
      return "more";
    }
    let at = window.start + this.#scanned;
    while (at < end) {
      if (at - window.start > limits.recordBytes && this.#inside !== "nothing" && this.#passing === undefined) {
        const next = this.#nextLikeThis(at);
        if (next >= 0) return this.#finish("broken", next);
        this.#passing = { address: window.addressOf(window.start), as: "too-long" };
        this.#level = -1;
      }
      if (this.#inString) {
        const stop = this.#passing ? end : Math.min(end, window.start + limits.recordBytes + 1);
        at = this.#skipString(at, stop);
        if (!this.#inString || (at === stop && stop < end)) continue;
        if (bytes[at] !== newline || at >= end) break;
        // A string holds no bare newline: this one was never closed.
        this.#inString = false;
        if (this.#inside !== "record") continue;
        this.#passing ??= { address: window.addressOf(window.start), as: "broken" };
        this.#passing = { ...this.#passing, as: "broken" };
        window.start = Math.max(window.start, at - this.#indent);
        return this.cut();
      }
      const byte = bytes[at]!;
      if (this.#inside === "stray") {
        if (byte === newline || (this.#base > 0 && (byte === comma || byte === closeList)))
          return this.#finish("stray", at);
        if (this.#base > 0 && byte === quote) this.#inString = true;
        at++;
      } else if (this.#inside === "nothing" && this.#depth === this.#base) {
        at = this.#between(byte, at);
      } else {
        at++;
        if (byte === quote) {
          this.#inString = true;
          this.#stringFrom = at - window.start;
        } else if (byte === openObject || byte === openList) {
          const mayRestart = this.#inside === "record" && (this.#strict || this.#passing !== undefined);
          if (mayRestart && byte === openObject && this.#beginsLine(at - 1)) return this.#finish("broken", at - 1);
          this.#depth++;
          if (this.#depth - this.#base > limits.depth) this.#tooDeep = true;
          if (this.#keyMatches) this.#descend(byte, at);
          this.#keyMatches = false;
        } else if (byte === closeObject || byte === closeList) {
          this.#depth--;
          if (this.#inside === "record") {
            if (this.#depth === this.#base) return this.#finish(this.#tooDeep ? "too-deep" : "value", at);
            if (this.#level >= this.#depth) this.#level = this.#depth - 1;
          } else this.#leaveList();
        } else if (byte === comma) this.#keyMatches = false;
      }
    }
    if (this.#inside === "nothing" || this.#passing) this.#forget(at);
    else this.#scanned = at - window.start;
    return "more";
  }

  /** The bytes ended. A record that never ended is given up; what lies behind its first line may still be cut. */
  end(): Cut | undefined {
    if (this.#inside === "nothing") return undefined;
    if (this.#inside === "stray") return this.#finish("stray", this.#reading.window.end);
    const next = this.#passing ? -1 : this.#nextLikeThis(this.#reading.window.end);
    return this.#finish("broken", next >= 0 ? next : this.#reading.window.end);
  }

  /** Between records; gives where to go on. */
  #between(byte: number, at: number): number {
    if (byte <= 32 || byte === comma) {
      if (byte === newline) this.#indent = 0;
      else this.#indent = this.#indent < 0 || (byte !== 32 && byte !== 9) ? -1 : this.#indent + 1;
      this.#forget(at + 1);
      return at + 1;
    }
    this.#forget(at);
    if (byte === closeList && this.#base > 0) {
      this.#depth--;
      this.#leaveList();
      return at + 1;
    }
    if (byte === openList && this.#base === 0) {
      this.#depth = this.#base = 1;
      this.#forget(at + 1);
      return at + 1;
    }
    if (byte !== openObject && byte !== openList) {
      this.#inside = "stray";
      return at;
    }
    this.#inside = "record";
    this.#depth++;
    if (byte === openObject && this.#base === 0 && this.#path.length > 0) this.#level = 0;
    return at + 1;
  }

  /** The key that leads on in the envelope has an object or a list as its value. */
  #descend(byte: number, at: number): void {
    const isLast = this.#level === this.#path.length - 1;
    if (!isLast && byte === openObject) this.#level++;
    if (!isLast || byte !== openList) return;
    this.#base = this.#depth;
    this.#inside = "nothing";
    this.#tooDeep = false;
    this.#level = -1;
    this.#forget(at);
  }

  #leaveList(): void {
    this.#base = this.#depth <= 0 ? 0 : Infinity;
    this.#depth = Math.max(this.#depth, 0);
  }

  /** Gives where the string ends, or where in it to go on. */
  #skipString(at: number, end: number): number {
    const { window } = this.#reading;
    const { bytes } = window;
    while (at < end) {
      const byte = bytes[at]!;
      if (byte === quote) {
        this.#inString = false;
        if (this.#level >= 0 && this.#depth === this.#level + 1) {
          const key = this.#path[this.#level]!;
          this.#keyMatches = key.compare(bytes, window.start + this.#stringFrom, at) === 0;
        }
        return at + 1;
      }
      if (byte === newline) return at;
      if (byte !== backslash) at++;
      else if (at + 1 === end) return at;
      else at += 2;
    }
    return at;
  }

  #forget(at: number): void {
    this.#reading.window.start = at;
    this.#scanned = 0;
  }

  #finish(cut: Cut, at: number): Cut {
    const { window } = this.#reading;
    this.from = window.start;
    this.to = at;
    this.offset = this.#passing?.address ?? window.addressOf(window.start);
    this.length = window.addressOf(at) - this.offset;
    const told = this.#passing?.as ?? cut;
    if (cut === "broken") this.#strict = true;
    else this.#indent = -1;
    this.#passing = undefined;
    this.#inside = "nothing";
    this.#inString = this.#tooDeep = this.#keyMatches = false;
    this.#level = -1;
    this.#depth = this.#base;
    this.#forget(at);
    return told;
  }

  /** Where before `end` a line begins as the record at hand did; -1 when none does. */
  #nextLikeThis(end: number): number {
    const { window } = this.#reading;
    if (this.#indent < 0) return -1;
    for (let at = window.start; (at = window.bytes.indexOf(newline, at)) >= 0 && at < end; at++) {
      const brace = at + 1 + this.#indent;
      if (brace < end && window.bytes[brace] === openObject && this.#beginsLine(brace)) return brace;
    }
    return -1;
  }

  /** Whether just a newline and as many blanks as before the record at hand lie before `at`. */
  #beginsLine(at: number): boolean {
    const { window } = this.#reading;
    const line = at - this.#indent - 1;
    if (this.#indent < 0 || line < window.start || window.bytes[line] !== newline) return false;
    for (let blank = line + 1; blank < at; blank++) {
      const byte = window.bytes[blank];
      if (byte !== 32 && byte !== 9) return false;
    }
    return true;
  }
}
