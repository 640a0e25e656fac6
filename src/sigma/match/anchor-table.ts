import type { EventInHand } from "./event-in-hand.ts";
import type { Needle } from "./needle.ts";

/** Finds which of many needles a text begins with, or ends with: by a hash of its outermost eight or four units. */
export class AnchorTable {
  readonly #eights: Buckets;
  readonly #fours: Buckets;
  readonly #shorter: readonly Needle[];
  readonly #end: "prefix" | "suffix";
  readonly bytes: number;

  constructor(end: "prefix" | "suffix", needles: readonly Needle[]) {
    this.#end = end;
    this.#eights = new Buckets(
      end,
      8,
      needles.filter(({ text }) => text.length >= 8),
    );
    this.#fours = new Buckets(
      end,
      4,
      needles.filter(({ text }) => text.length >= 4 && text.length < 8),
    );
    this.#shorter = needles.filter(({ text }) => text.length < 4);
    this.bytes = needles.length * 64 + this.#eights.bits.byteLength + this.#fours.bits.byteLength;
  }

  /** Marks every needle that the folded text has at this end. */
  scan(text: string, hand: EventInHand): void {
    if (this.#eights.size > 0) this.#eights.scan(text, hand);
    if (this.#fours.size > 0) this.#fours.scan(text, hand);
    for (const needle of this.#shorter) if (isAtEnd(this.#end, text, needle.text)) hand.mark(needle.id);
  }
}

function isAtEnd(end: "prefix" | "suffix", text: string, part: string): boolean {
  return end === "suffix" ? text.endsWith(part) : text.startsWith(part);
}

class Buckets {
  readonly size: number;
  /** By hash: whether there is a bucket; turns most texts away. */
  readonly bits: Int32Array;
  readonly #end: "prefix" | "suffix";
  readonly #units: number;
  readonly #buckets = new Map<number, Needle[]>();

  constructor(end: "prefix" | "suffix", units: number, needles: readonly Needle[]) {
    this.size = needles.length;
    this.#end = end;
    this.#units = units;
    this.bits = new Int32Array(1 << Math.max(0, Math.ceil(Math.log2(Math.max(1, needles.length) / 2))));
    for (const needle of needles) {
      const key = this.#key(needle.text);
      this.bits[(key >>> 5) & (this.bits.length - 1)]! |= 1 << (key & 31);
      const bucket = this.#buckets.get(key);
      if (bucket === undefined) this.#buckets.set(key, [needle]);
      else bucket.push(needle);
    }
  }

  scan(text: string, hand: EventInHand): void {
    if (text.length < this.#units) return;
    const key = this.#key(text);
    if (((this.bits[(key >>> 5) & (this.bits.length - 1)]! >>> (key & 31)) & 1) === 0) return;
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return;
    for (const needle of bucket) if (isAtEnd(this.#end, text, needle.text)) hand.mark(needle.id);
  }

  /** 30 bits, so that the engine keeps the key as a small integer. */
  #key(text: string): number {
    const start = this.#end === "prefix" ? 0 : text.length - this.#units;
    let hash = 0;
    for (let at = start; at < start + this.#units; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    return (hash ^ (hash >>> 15)) & 0x3fffffff;
  }
}
