import { foldAscii, isAscii, spellingsOf } from "./fold-case.ts";
import type { Glob } from "./glob.ts";

/**
 * Characters that stand between words: printable ASCII but letters and digits, tab and line breaks. Other control
 * characters do not, as JSON spells them with letters, which the index takes for a part of the word.
 */
export const separators = "\\t\\n\\r -/:-@\\[-`{-\\x7f";

const separator = /[\t\n\r -/:-@[-`{-\x7f]/;
// oxlint-disable-next-line no-control-regex -- the tokenizer cuts at every one of them
const cut = /[\u0000-\u002f:-@[-`{-\u007f]+/;

export function isWordCharacter(character: string | undefined): boolean {
  return character !== undefined && !separator.test(character);
}

/**
 * Whole tokens (`splitByNonAlpha`, lower case) that every text with this needle holds. `bounded`: the needle begins and
 * ends with whole words.
 */
export function wholeTokens(glob: Glob, bounded: boolean): string[] {
  const found = new Set<string>();
  glob.forEach((part, index) => {
    if (typeof part !== "string") return;
    const pieces = part.split(cut);
    // A piece at an end goes on beyond it, unless the needle is bounded there.
    const openStart = index > 0 || !bounded;
    const openEnd = index < glob.length - 1 || !bounded;
    pieces.forEach((piece, at) => {
      if (piece === "" || (at === 0 && openStart) || (at === pieces.length - 1 && openEnd)) return;
      if (Array.from(piece).every((character) => isAscii(character) || spellingsOf(character).length === 1))
        found.add(foldAscii(piece));
    });
  });
  return [...found].sort((a, b) => b.length - a.length).slice(0, mostTokens);
}

/** Longest first; more would not make the answer smaller. */
const mostTokens = 16;

/** Whether a text of one word, asked for as a whole word, is found by its token alone. */
export function isOneToken(glob: Glob): boolean {
  const [only] = glob;
  return glob.length === 1 && typeof only === "string" && /^[\dA-Za-z]+$/.test(only);
}

/** The longest run of ASCII letters and digits that the index can look for inside of its tokens. */
export function innerRun(glob: Glob): string | undefined {
  const runs = glob.flatMap((part) => (typeof part === "string" ? part.split(/[^\dA-Za-z]+/) : []));
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), "");
  // text_index_like_min_pattern_length
  return longest.length >= 4 ? longest : undefined;
}
