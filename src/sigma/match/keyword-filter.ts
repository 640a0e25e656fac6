import { fold } from "../fold.ts";
import { commonness } from "./rarity.ts";

/** Whether any of some keywords may be in an event, by its bytes alone. May say yes wrongly, never no. */
export type KeywordFilter = (raw: Uint8Array) => boolean;

/** For folded keywords; undefined when some keyword can't be told from the bytes, so that asking them is no use. */
export function keywordFilter(keywords: readonly string[]): KeywordFilter | undefined {
  const runs: string[] = [];
  for (const keyword of keywords) {
    const run = numberLike.test(keyword) ? undefined : tellingRun(keyword);
    if (run === undefined) return undefined;
    runs.push(run);
  }
  const long = new LongRuns(
    runs.filter((run) => run.length >= 7),
    runs.some((run) => run.includes("/")),
  );
  const short = runs.filter((run) => run.length < 7);
  if (short.length === 0) return (raw) => long.mayBeIn(raw);
  const shorts = new ShortRuns(short);
  return (raw) => long.mayBeIn(raw) || shorts.areIn(raw);
}

/** JSON may write a number otherwise than its text is (`1e3` is 1000), so what could lie in a number's text is not told. */
const numberLike = /^(?:[-+.e\d]*|[-infty]*)$/;

/** How JSON's writers have it: these two are always escaped; what is not ASCII, or has no form of its own, is left out. */
function tellingRun(keyword: string): string | undefined {
  const runs = keyword.split(/[^ -~]+/).map((run) => run.replace(/["\\]/g, "\\$&"));
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), "");
  return longest.length >= shortestRun ? longest : undefined;
}
const shortestRun = 3;

/**
 * As GramTable does it: of any seven bytes, one block of four lies wholly inside them. Also says whether the bytes have
 * another spelling of what keywords are made of, so that none can be told from them.
 */
class LongRuns {
  /** By hash: 1 when some run has the gram. A byte each, which asks for less arithmetic than a bit. */
  readonly #marks = new Uint8Array(1 << 14);
  readonly #byGram = new Map<number, Entry[]>();

  readonly #slashes: boolean;

  constructor(runs: readonly string[], slashes: boolean) {
    this.#slashes = slashes;
    for (const run of runs) {
      const start = rarest(run, 7);
      for (let offset = start; offset < start + 4; offset++) {
        const bytes = [0, 1, 2, 3].map((i) => run.charCodeAt(offset + i) << (8 * i));
        const gram = bytes.reduce((all, byte) => all | byte, anyCase);
        this.#marks[hashOf(gram)] = 1;
        file(this.#byGram, gram, run, offset);
      }
    }
  }

  mayBeIn(raw: Uint8Array): boolean {
    const blocks = new DataView(raw.buffer, raw.byteOffset, raw.length);
    const marks = this.#marks;
    const last = raw.length - 4;
    // No branch but one that is hardly ever taken: what speaks for another spelling is gathered and looked at afterwards.
    let suspect = 0;
    let beyondAscii = 0;
    let before = 0;
    for (let at = 0; at <= last; at += 4) {
      const block = blocks.getInt32(at, true);
      const folded = block | anyCase;
      const backslashes = zeroBytes(block ^ 0x5c5c5c5c);
      suspect |= ((backslashes << 8) | before) & zeroBytes(folded ^ 0x75757575);
      before = backslashes >>> 24;
      beyondAscii |= block;
      if (marks[hashOf(folded)] !== 0 && verify(this.#byGram.get(folded), raw, at)) return true;
    }
    for (let at = Math.max(0, raw.length - 6); at < raw.length; at++) {
      if (raw[at] === 0x5c) suspect = -1;
      if (raw[at]! > 0x7f) beyondAscii = -1;
    }
    if ((suspect & topBits) !== 0 && hasEscapedAscii(raw)) return true;
    if ((beyondAscii & topBits) !== 0 && hasKelvin(raw)) return true;
    return this.#slashes && hasEscapedSlash(raw);
  }
}

/** Makes ASCII letters small, and other characters something else that is the same for both sides. */
const anyCase = 0x20202020;
const topBits = 0x80808080 | 0;

/** Sets the top bit of each byte that is zero; now and then that of the byte above one, too. Other bits mean nothing. */
function zeroBytes(word: number): number {
  return (word - 0x01010101) & ~word;
}

/** `\u0041`, or the Kelvin sign's `\u212a`: characters of keywords, spelled so that no run can be found. */
function hasEscapedAscii(raw: Uint8Array): boolean {
  for (let at = raw.indexOf(0x5c); at >= 0; at = raw.indexOf(0x5c, at + 1)) {
    if (raw[at + 1] !== 0x75) continue;
    const [a, b, c, d] = [raw[at + 2], raw[at + 3], raw[at + 4], raw[at + 5]];
    if (a === 0x30 && b === 0x30 && c !== 0x30 && c !== 0x31) return true;
    if (a === 0x32 && b === 0x31 && c === 0x32 && (d === 0x61 || d === 0x41)) return true;
  }
  return false;
}

/** The Kelvin sign folds to `k`. */
function hasKelvin(raw: Uint8Array): boolean {
  for (let at = raw.indexOf(0xe2); at >= 0; at = raw.indexOf(0xe2, at + 1)) {
    if (raw[at + 1] === 0x84 && raw[at + 2] === 0xaa) return true;
  }
  return false;
}

/** `\/`, which some writers put for every slash. */
function hasEscapedSlash(raw: Uint8Array): boolean {
  for (let at = raw.indexOf(0x5c); at >= 0; at = raw.indexOf(0x5c, at + 1)) if (raw[at + 1] === 0x2f) return true;
  return false;
}

/** Runs of three to six bytes, looked for at every byte. Says nothing of other spellings: `LongRuns` has looked. */
class ShortRuns {
  readonly #marks = new Uint8Array(1 << 14);
  readonly #byGram = new Map<number, Entry[]>();

  constructor(runs: readonly string[]) {
    for (const run of runs) {
      const offset = rarest(run, 3);
      const gram = run.charCodeAt(offset) | (run.charCodeAt(offset + 1) << 8) | (run.charCodeAt(offset + 2) << 16);
      this.#marks[hashOf(gram)] = 1;
      file(this.#byGram, gram, run, offset);
    }
  }

  areIn(raw: Uint8Array): boolean {
    const marks = this.#marks;
    if (raw.length < 3) return false;
    let gram = (lower[raw[0]!]! << 8) | (lower[raw[1]!]! << 16);
    for (let at = 2; at < raw.length; at++) {
      gram = (gram >>> 8) | (lower[raw[at]!]! << 16);
      if (marks[hashOf(gram)] !== 0 && verify(this.#byGram.get(gram), raw, at - 2)) return true;
    }
    return false;
  }
}

/** A gram of a run: if it lies at `p`, the run would begin at `p - offset`. */
interface Entry {
  readonly run: Uint8Array;
  readonly offset: number;
}

function file(byGram: Map<number, Entry[]>, gram: number, text: string, offset: number): void {
  const entry = { run: Uint8Array.from(text, (character) => character.charCodeAt(0)), offset };
  const filed = byGram.get(gram);
  if (filed === undefined) byGram.set(gram, [entry]);
  else filed.push(entry);
}

function verify(entries: readonly Entry[] | undefined, raw: Uint8Array, at: number): boolean {
  return entries !== undefined && entries.some(({ run, offset }) => isAt(raw, at - offset, run));
}

function isAt(raw: Uint8Array, start: number, run: Uint8Array): boolean {
  if (start < 0 || start + run.length > raw.length) return false;
  for (let i = 0; i < run.length; i++) if (lower[raw[start + i]!] !== run[i]) return false;
  return true;
}

function rarest(text: string, units: number): number {
  let best = 0;
  for (let at = 1; at + units <= text.length; at++) {
    if (commonness(text.slice(at, at + units)) < commonness(text.slice(best, best + units))) best = at;
  }
  return best;
}

function hashOf(gram: number): number {
  return Math.imul(gram, 0x9e3779b1) >>> 18;
}

const lower = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 128 ? fold(String.fromCharCode(byte)).charCodeAt(0) : byte,
);
