import { fold } from "../fold.ts";
import { sqlString, regexLiteral } from "./sql-text.ts";

/**
 * ClickHouse cannot fold as fold.ts does: `lower` knows ASCII alone, `lowerUTF8` follows the Unicode version that it was
 * built with, lengthens `İ` and ends words in `ς`, and RE2's `(?i)` holds `ſ` for an `s`. So literals are looked at
 * here, where fold.ts is at hand, and each gets the cheapest question that has its meaning.
 */
export type CaseOf =
  /** Look for it in the text itself. */
  | "as-is"
  /** Look for it in `lower(text)`: no character of it but ASCII letters has another case. */
  | "lower"
  /** The same, and it has a `k`, which is also what the Kelvin sign (U+212A) folds to. */
  | "lower-kelvin"
  /** Some character has a case beyond ASCII: ask by `foldedRegex` of the text itself. */
  | "by-regex";

/** Which question answers for these folded literals together. */
export function caseOf(literals: readonly string[]): CaseOf {
  const text = literals.join("");
  // oxlint-disable-next-line no-control-regex -- ASCII is the range
  const beyond = text.replace(/[\u0000-\u007f]+/g, "");
  if (beyond !== "" && Array.from(beyond).some((character) => spellingsOf(character).length > 1)) return "by-regex";
  if (text.includes("k")) return "lower-kelvin";
  return /[a-z]/.test(text) ? "lower" : "as-is";
}

export function inCase(how: CaseOf, text: string): string {
  if (how === "lower") return `lower(${text})`;
  if (how === "lower-kelvin") return `replaceAll(lower(${text}), '\\xe2\\x84\\xaa', 'k')`;
  return text;
}

/** RE2 source that matches every text which folds to this folded literal. */
export function foldedRegex(literal: string): string {
  return Array.from(literal, (character) => {
    const spellings = spellingsOf(character);
    return spellings.length === 1 ? regexLiteral(character) : `[${spellings.map(regexLiteral).join("")}]`;
  }).join("");
}

/** A text folded as fold.ts does, whatever it holds: long, so only for what no literal is known of. */
export function foldedText(text: string): string {
  const [from, to] = foldedPairs();
  return `translateUTF8(${text}, ${from}, ${to})`;
}

let spellings: Map<string, string[]> | undefined;

/** Every character that folds to this one, itself included. */
function spellingsOf(folded: string): readonly string[] {
  spellings ??= readSpellings();
  return spellings.get(folded) ?? [folded];
}

/** All letters with case lie in the first two planes. */
function readSpellings(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (let code = 0; code < 0x20000; code++) {
    const character = String.fromCodePoint(code);
    const folded = fold(character);
    if (folded === character) continue;
    const known = found.get(folded);
    if (known === undefined) found.set(folded, [folded, character]);
    else known.push(character);
  }
  return found;
}

let pairs: readonly [string, string] | undefined;

function foldedPairs(): readonly [string, string] {
  if (pairs !== undefined) return pairs;
  spellings ??= readSpellings();
  const all = [...spellings].flatMap(([folded, [, ...others]]) => others.map((other) => [other, folded] as const));
  const side = (which: 0 | 1): string => sqlString(all.map((pair) => pair[which]).join(""));
  return (pairs = [side(0), side(1)]);
}
