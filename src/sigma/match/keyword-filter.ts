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
  const bytes = new ByteGrams([...runs, ...waysAround(runs)]);
  return (raw) => bytes.foundIn(raw);
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
 * What else bytes may have in place of a run's characters, so that they must not be trusted: ASCII written as `\u00…`,
 * `\/`, and the Kelvin sign, which folds to `k`. Bytes with one of these are passed on.
 */
function waysAround(runs: readonly string[]): string[] {
  const ways = ["2", "3", "4", "5", "6", "7"].map((digit) => `\\u00${digit}`);
  if (runs.some((run) => run.includes("k"))) ways.push("\\u212a", "\u00e2\u0084\u00aa");
  if (runs.some((run) => run.includes("/"))) ways.push("\\/");
  return ways;
}

/** Finds whether bytes contain any of some needles (one character a byte), upper and lower ASCII letters alike. */
class ByteGrams {
  /** By hash of three bytes. */
  readonly #bits = new Int32Array(1 << 11);
  readonly #byGram = new Map<number, { readonly needle: Uint8Array; readonly offset: number }[]>();

  constructor(needles: readonly string[]) {
    for (const needle of needles) this.#add(needle);
  }

  #add(text: string): void {
    const needle = Uint8Array.from(text, (character) => character.charCodeAt(0));
    const offset = needle.length < 3 ? 0 : rarestGram(text);
    // A needle of two bytes (`\/`) is filed under every third byte that may follow.
    const thirds = needle.length < 3 ? Array.from(lower.keys()) : [needle[offset + 2]!];
    for (const third of thirds) {
      const gram = needle[offset]! | (needle[offset + 1]! << 8) | (lower[third]! << 16);
      const hash = hashOf(gram);
      this.#bits[hash >>> 5]! |= 1 << (hash & 31);
      const filed = this.#byGram.get(gram);
      if (filed === undefined) this.#byGram.set(gram, [{ needle, offset }]);
      else filed.push({ needle, offset });
    }
  }

  foundIn(raw: Uint8Array): boolean {
    const bits = this.#bits;
    const { length } = raw;
    if (length < 3) return true;
    let gram = (lower[raw[0]!]! << 8) | (lower[raw[1]!]! << 16);
    for (let at = 2; at < length; at++) {
      gram = (gram >>> 8) | (lower[raw[at]!]! << 16);
      const hash = hashOf(gram);
      if (((bits[hash >>> 5]! >>> (hash & 31)) & 1) !== 0 && this.#verify(raw, at - 2, gram)) return true;
    }
    return false;
  }

  #verify(raw: Uint8Array, at: number, gram: number): boolean {
    return this.#byGram.get(gram)?.some(({ needle, offset }) => isAt(raw, at - offset, needle)) ?? false;
  }
}

function isAt(raw: Uint8Array, start: number, needle: Uint8Array): boolean {
  if (start < 0 || start + needle.length > raw.length) return false;
  for (let i = 0; i < needle.length; i++) if (lower[raw[start + i]!] !== needle[i]) return false;
  return true;
}

function rarestGram(text: string): number {
  let best = 0;
  for (let at = 1; at + 3 <= text.length; at++) {
    if (commonness(text.slice(at, at + 3)) < commonness(text.slice(best, best + 3))) best = at;
  }
  return best;
}

function hashOf(gram: number): number {
  return Math.imul(gram, 0x9e3779b1) >>> 16;
}

const lower = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 128 ? fold(String.fromCharCode(byte)).charCodeAt(0) : byte,
);
