import type { Pattern, PatternPart } from "../plan.ts";
import { joinParts } from "./text-pattern.ts";

const dashes = ["-", "/", "\u2013", "\u2014", "\u2015"] as const;

/** Forms of one value at most: 5 flags. */
export const mostDashForms = 5 ** 5;

/** Characters of all forms of one value together. */
const mostDashText = 2 ** 20;

/** A dash that begins a flag: nothing of a word before it, a word after it. */
const flagDash = /(?<![\p{L}\p{N}_])[-/\u2013\u2014\u2015](?=[\p{L}\p{N}_])/u;

/**
 * Every way to write the pattern's flags with the dashes that Windows programs take for one; undefined when there are
 * more than `mostDashForms`, or they would be immensely long.
 */
export function dashForms(pattern: Pattern): readonly Pattern[] | undefined {
  const pieces: (PatternPart | undefined)[] = pattern.flatMap((part): (PatternPart | undefined)[] =>
    typeof part === "string" ? splitAtDashes(part) : [part],
  );
  const count = dashes.length ** pieces.filter((piece) => piece === undefined).length;
  const length = pattern.reduce<number>((sum, part) => sum + (typeof part === "string" ? part.length : 0), 0);
  if (count > mostDashForms || (count > 1 && count * length > mostDashText)) return undefined;
  let forms: PatternPart[][] = [[]];
  for (const piece of pieces) {
    const choices = piece === undefined ? dashes : [piece];
    forms = forms.flatMap((form) => choices.map((choice) => [...form, choice]));
  }
  return forms.map(joinParts);
}

/** The text cut at its flag dashes; `undefined` stands where one was. */
function splitAtDashes(text: string): (string | undefined)[] {
  return text.split(flagDash).flatMap((piece, index) => (index === 0 ? [piece] : [undefined, piece]));
}
