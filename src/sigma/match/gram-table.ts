import type { EventInHand } from "./event-in-hand.ts";
import type { Needle } from "./needle.ts";
import { commonness } from "./rarity.ts";

/**
 * Finds which of many needles a text contains. Needles with a unit beyond ASCII are many (rules spell out dashes and
 * emoji) and texts with one are few, so these are only looked for where such a unit was seen.
 */
export class GramTable {
  readonly #plain: GramScanner;
  readonly #foreign: GramScanner;
  readonly bytes: number;

  constructor(needles: readonly Needle[]) {
    this.#plain = new GramScanner(needles.filter(({ text }) => isPlain(text)));
    this.#foreign = new GramScanner(needles.filter(({ text }) => !isPlain(text)));
    this.bytes = this.#plain.bytes + this.#foreign.bytes;
  }

  /** Marks every needle that the folded text contains. */
  scan(text: string, hand: EventInHand): void {
    this.#plain.scan(text, hand);
    if (this.#foreign.size > 0 && !isPlain(text)) this.#foreign.scan(text, hand);
  }
}

function isPlain(text: string): boolean {
  return !beyondAscii.test(text);
}

const beyondAscii = /[^\0-\x7f]/;

/**
 * Looks at a text four units at a time.
 *
 * Of each needle the rarest seven units are chosen. Wherever they lie in a text, one of its blocks (four units, at
 * multiples of four) lies wholly inside them, and is one of the four grams of those seven units. So a block's gram is
 * looked up in a small bitmap that stays in the first-level cache; on the rare hit the whole needle is compared.
 * Needles of three to six units use their rarest gram of three, looked up at every unit. Shorter ones are searched for
 * one by one, or by a unit beyond ASCII where they have one.
 */
class GramScanner {
  readonly size: number;
  readonly bytes: number;
  readonly #long: Grams;
  readonly #short: Grams;
  readonly #tiny: readonly Needle[];
  readonly #byUnit = new Map<number, { readonly needle: Needle; readonly offset: number }[]>();

  constructor(needles: readonly Needle[]) {
    this.size = needles.length;
    const long = needles.filter(({ text }) => text.length >= 7);
    const short = needles.filter(({ text }) => text.length >= 3 && text.length < 7);
    this.#long = new Grams(long.flatMap(longEntries(gramCounts(long, 4))));
    this.#short = new Grams(short.map(shortEntry(gramCounts(short, 3))));
    const tiny = needles.filter(({ text }) => text.length < 3);
    this.#tiny = tiny.filter(({ text }) => isPlain(text));
    for (const needle of tiny) if (!isPlain(needle.text)) this.#fileByUnit(needle);
    this.bytes = this.#long.bytes + this.#short.bytes;
  }

  /** Under the last unit beyond ASCII: of a pair, the half that tells more. */
  #fileByUnit(needle: Needle): void {
    const { text } = needle;
    const offset = text.charCodeAt(text.length - 1) > 0x7f ? text.length - 1 : 0;
    const unit = text.charCodeAt(offset);
    const filed = this.#byUnit.get(unit);
    if (filed === undefined) this.#byUnit.set(unit, [{ needle, offset }]);
    else filed.push({ needle, offset });
  }

  scan(text: string, hand: EventInHand): void {
    if (this.#long.size > 0) this.#scanLong(text, hand);
    if (this.#short.size > 0) this.#scanShort(text, hand);
    for (const needle of this.#tiny) if (!hand.has(needle.id) && text.includes(needle.text)) hand.mark(needle.id);
    if (this.#byUnit.size > 0) this.#scanUnits(text, hand);
  }

  #scanLong(text: string, hand: EventInHand): void {
    const { bits, shift } = this.#long;
    const last = text.length - 4;
    for (let at = 0; at <= last; at += 4) {
      const gram =
        text.charCodeAt(at) ^
        (text.charCodeAt(at + 1) << 7) ^
        (text.charCodeAt(at + 2) << 14) ^
        (text.charCodeAt(at + 3) << 21);
      const hash = Math.imul(gram, multiplier) >>> shift;
      if (((bits[hash >>> 5]! >>> (hash & 31)) & 1) !== 0) this.#long.verify(text, at, gram, hash, hand);
    }
  }

  #scanShort(text: string, hand: EventInHand): void {
    const { bits, shift } = this.#short;
    const last = text.length - 3;
    if (last < 0) return;
    // The gram slides along: the oldest unit falls out, a new one comes in.
    let a = text.charCodeAt(0);
    let b = text.charCodeAt(1);
    for (let at = 0; at <= last; at++) {
      const c = text.charCodeAt(at + 2);
      const gram = a ^ (b << 7) ^ (c << 14);
      const hash = Math.imul(gram, multiplier) >>> shift;
      if (((bits[hash >>> 5]! >>> (hash & 31)) & 1) !== 0) this.#short.verify(text, at, gram, hash, hand);
      a = b;
      b = c;
    }
  }

  #scanUnits(text: string, hand: EventInHand): void {
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit <= 0x7f) continue;
      for (const { needle, offset } of this.#byUnit.get(unit) ?? []) {
        if (!hand.has(needle.id) && at >= offset && text.startsWith(needle.text, at - offset)) hand.mark(needle.id);
      }
    }
  }
}

/** One gram of a needle: if it lies at `p` in a text, the needle would begin at `p - offset`. */
interface GramEntry {
  readonly gram: number;
  readonly offset: number;
  readonly needle: Needle;
}

/** Fibonacci hashing: the product's upper bits depend on all bits of the gram. */
const multiplier = 0x9e3779b1;

/** Grams by hash: a sparse bitmap in front, chains of entries behind. */
class Grams {
  readonly size: number;
  readonly bits: Int32Array;
  readonly shift: number;
  readonly bytes: number;
  readonly #entries: readonly (GramEntry & { first: number; last: number; length: number })[];
  readonly #heads: Int32Array;
  readonly #next: Int32Array;

  constructor(entries: readonly GramEntry[]) {
    this.size = entries.length;
    this.#entries = entries.map((entry) => {
      const { text } = entry.needle;
      return { ...entry, first: text.charCodeAt(0), last: text.charCodeAt(text.length - 1), length: text.length };
    });
    // Sixteen bits of bitmap an entry let one unrelated gram in sixteen through at most; 2^18 bits are 32 KiB.
    const width = Math.min(18, Math.max(8, Math.ceil(Math.log2(Math.max(1, entries.length) * 16))));
    this.shift = 32 - width;
    this.bits = new Int32Array(1 << (width - 5));
    this.#heads = new Int32Array(1 << (width - 3)).fill(-1);
    this.#next = new Int32Array(entries.length);
    entries.forEach(({ gram }, i) => {
      const hash = Math.imul(gram, multiplier) >>> this.shift;
      this.bits[hash >>> 5]! |= 1 << (hash & 31);
      this.#next[i] = this.#heads[hash >>> 3]!;
      this.#heads[hash >>> 3] = i;
    });
    this.bytes = this.bits.byteLength + this.#heads.byteLength + this.#next.byteLength + entries.length * 48;
  }

  verify(text: string, at: number, gram: number, hash: number, hand: EventInHand): void {
    for (let i = this.#heads[hash >>> 3]!; i >= 0; i = this.#next[i]!) {
      const entry = this.#entries[i]!;
      const start = at - entry.offset;
      if (entry.gram !== gram || start < 0 || hand.has(entry.needle.id)) continue;
      // The outermost units turn most others away before the whole is compared.
      if (text.charCodeAt(start) !== entry.first || text.charCodeAt(start + entry.length - 1) !== entry.last) continue;
      if (text.startsWith(entry.needle.text, start)) hand.mark(entry.needle.id);
    }
  }
}

type Counts = ReadonlyMap<number, number>;

/** In how many places of the needles each gram is: one that many share finds many where one was meant. */
function gramCounts(needles: readonly Needle[], units: 3 | 4): Counts {
  const counts = new Map<number, number>();
  for (const { text } of needles) {
    for (let at = 0; at + units <= text.length; at++) {
      const gram = gramAt(text, at, units);
      counts.set(gram, (counts.get(gram) ?? 0) + 1);
    }
  }
  return counts;
}

function longEntries(counts: Counts) {
  return (needle: Needle): GramEntry[] => {
    const start = rarest(needle.text, 4, 4, counts);
    return [0, 1, 2, 3].map((i) => ({ gram: gramAt(needle.text, start + i, 4), offset: start + i, needle }));
  };
}

function shortEntry(counts: Counts) {
  return (needle: Needle): GramEntry => {
    const offset = rarest(needle.text, 3, 1, counts);
    return { gram: gramAt(needle.text, offset, 3), offset, needle };
  };
}

/** Where so many grams in a row begin that texts are least likely to have, and that fewest needles share. */
function rarest(text: string, units: 3 | 4, grams: number, counts: Counts): number {
  const costs: number[] = [];
  for (let at = 0; at + units <= text.length; at++) {
    costs.push(commonness(text.slice(at, at + units)) + 8 * (counts.get(gramAt(text, at, units))! - 1));
  }
  let best = 0;
  let least = Infinity;
  for (let at = 0; at + grams <= costs.length; at++) {
    let cost = 0;
    for (let i = at; i < at + grams; i++) cost += costs[i]!;
    if (cost < least) [best, least] = [at, cost];
  }
  return best;
}

function gramAt(text: string, at: number, units: 3 | 4): number {
  const three = text.charCodeAt(at) ^ (text.charCodeAt(at + 1) << 7) ^ (text.charCodeAt(at + 2) << 14);
  return units === 3 ? three : three ^ (text.charCodeAt(at + 3) << 21);
}
