import { fold } from "../fold.ts";
import { ByteTriples } from "./byte-triples.ts";
import { commonness } from "./rarity.ts";
import { tripleScanner } from "./triple-scanner.ts";

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
  const scanner = tripleScanner();
  if (scanner === undefined) return undefined;
  const sought = new Runs(runs);
  const triples = new ByteTriples(scanner, [...sought.triples(), ...escapes, kelvin]);
  const slashes = runs.some((run) => run.includes("/"));
  return (raw) =>
    triples.some(raw, (at) => sought.areAt(raw, at) || isOtherSpelling(raw, at)) || (slashes && hasEscapedSlash(raw));
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

/** The first bytes of `\u0041` and `\u212a`. */
const escapes = ["\\u0", "\\u2"].map(bytesOf);
/** The Kelvin sign, which folds to `k`. */
const kelvin = Uint8Array.of(0xe2, 0x84, 0xaa);

/** Characters of keywords, spelled so that no run can be found: ASCII ones and the Kelvin sign. */
function isOtherSpelling(raw: Uint8Array, at: number): boolean {
  if (raw[at] === kelvin[0]) return raw[at + 1] === kelvin[1] && raw[at + 2] === kelvin[2];
  if (raw[at] !== 0x5c || raw[at + 1] !== 0x75) return false;
  const [a, b, c, d] = [raw[at + 2], raw[at + 3], raw[at + 4]!, raw[at + 5]];
  if (a === 0x30 && b === 0x30) return c >= 0x32 && c <= 0x37;
  return a === 0x32 && b === 0x31 && c === 0x32 && (d === 0x61 || d === 0x41);
}

/** `\/`, which some writers put for every slash. */
function hasEscapedSlash(raw: Uint8Array): boolean {
  for (let at = raw.indexOf(0x5c); at >= 0; at = raw.indexOf(0x5c, at + 1)) if (raw[at + 1] === 0x2f) return true;
  return false;
}

/** Runs by the three bytes of each that are rarest. */
class Runs {
  readonly #byTriple = new Map<number, { readonly run: Uint8Array; readonly offset: number }[]>();

  constructor(runs: readonly string[]) {
    for (const text of runs) {
      const entry = { run: bytesOf(text), offset: rarest(text, 3) };
      const key = tripleAt(entry.run, entry.offset);
      const filed = this.#byTriple.get(key);
      if (filed === undefined) this.#byTriple.set(key, [entry]);
      else filed.push(entry);
    }
  }

  triples(): Uint8Array[] {
    return Array.from(this.#byTriple.keys(), (key) => Uint8Array.of(key, key >> 8, key >> 16));
  }

  /** Whether one is there whose triple lies here. */
  areAt(raw: Uint8Array, at: number): boolean {
    const filed = this.#byTriple.get(tripleAt(raw, at));
    return filed !== undefined && filed.some(({ run, offset }) => isAt(raw, at - offset, run));
  }
}

function tripleAt(bytes: Uint8Array, at: number): number {
  return lower[bytes[at]!]! | (lower[bytes[at + 1]!]! << 8) | (lower[bytes[at + 2]!]! << 16);
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function isAt(raw: Uint8Array, start: number, run: Uint8Array): boolean {
  if (start < 0 || start + run.length > raw.length) return false;
  for (let i = 0; i < run.length; i++) if (lower[raw[start + i]!] !== run[i]) return false;
  return true;
}

/** Letters and digits are what logs are made of, also where the sample has none of the windows. */
function rarest(text: string, units: number): number {
  const costs: number[] = [];
  for (let at = 0; at + units <= text.length; at++) {
    const window = text.slice(at, at + units);
    costs.push(8 * commonness(window) + window.replace(/[^a-z0-9]/g, "").length);
  }
  return costs.indexOf(Math.min(...costs));
}

const lower = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 128 ? fold(String.fromCharCode(byte)).charCodeAt(0) : byte,
);
