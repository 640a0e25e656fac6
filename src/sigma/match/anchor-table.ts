import type { EventInHand } from "./event-in-hand.ts";
import type { Needle } from "./needle.ts";

/** Finds which of many needles a text begins with, or ends with: by a hash of its outermost eight or four units. */
export class AnchorTable {
  readonly #end: "prefix" | "suffix";
  /** By hash of that many units; needles are in the largest that they fill. */
  readonly #eights = new Map<number, Needle[]>();
  readonly #fours = new Map<number, Needle[]>();
  readonly #shorter: Needle[] = [];
  readonly bytes: number;

  constructor(end: "prefix" | "suffix", needles: readonly Needle[]) {
    this.#end = end;
    for (const needle of needles) {
      const { length } = needle.text;
      if (length < 4) this.#shorter.push(needle);
      else {
        const units = length >= 8 ? 8 : 4;
        const table = units === 8 ? this.#eights : this.#fours;
        const key = this.#key(needle.text, units);
        const bucket = table.get(key);
        if (bucket === undefined) table.set(key, [needle]);
        else bucket.push(needle);
      }
    }
    this.bytes = needles.length * 64;
  }

  /** Marks every needle that the folded text has at this end. */
  scan(text: string, hand: EventInHand): void {
    const { length } = text;
    if (length >= 8 && this.#eights.size > 0) this.#verify(this.#eights.get(this.#key(text, 8)), text, hand);
    if (length >= 4 && this.#fours.size > 0) this.#verify(this.#fours.get(this.#key(text, 4)), text, hand);
    if (this.#shorter.length > 0) this.#verify(this.#shorter, text, hand);
  }

  #verify(bucket: readonly Needle[] | undefined, text: string, hand: EventInHand): void {
    if (bucket === undefined) return;
    for (const needle of bucket) {
      if (this.#end === "suffix" ? text.endsWith(needle.text) : text.startsWith(needle.text)) hand.mark(needle.id);
    }
  }

  /** 30 bits, so that the engine keeps the key as a small integer. */
  #key(text: string, units: 4 | 8): number {
    const start = this.#end === "prefix" ? 0 : text.length - units;
    let hash = 0;
    for (let at = start; at < start + units; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    return (hash ^ (hash >>> 15)) & 0x3fffffff;
  }
}
