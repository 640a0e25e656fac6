import { shapeOf } from "../match/like.ts";
import { regexNeeds } from "../match/regex-needs.ts";
import { fold } from "../fold.ts";
import { type Expr, type FieldTest, type KeywordTest, ONE } from "../plan.ts";

/**
 * What an index of words knows of every event that a plan can be true of. Words are runs of ASCII letters and digits, in
 * lower case, of the event's JSON text in which an escaped backslash reads `/` and an escaped line break or tab reads as
 * a space. `true`: nothing is known.
 */
export type WordNeeds =
  | true
  /** One of these is a word of the text. */
  | { readonly words: readonly string[] }
  /** Some word of the text has this in it. */
  | { readonly part: string }
  | { readonly all: readonly WordNeeds[] }
  | { readonly any: readonly WordNeeds[] };

/** Shorter parts are in too many words for an index to be of use. */
export const shortestPart = 4;

/** Of the same events as `rawNeeds`: values lie in the text as they are. */
export function wordNeeds(plan: Expr): WordNeeds {
  switch (plan.kind) {
    case "constant":
      return plan.value ? true : { any: [] };
    case "not":
      return true;
    case "and":
      return allOf(plan.of.map(wordNeeds));
    case "or":
      return anyOf(plan.of.map(wordNeeds));
    case "field":
    case "keyword":
      return needsOfTest(plan);
  }
}

/** Whether a text with these words has what is needed. */
export function meetsWordNeeds(needs: WordNeeds, words: ReadonlySet<string>): boolean {
  if (needs === true) return true;
  if ("words" in needs) return needs.words.some((word) => words.has(word));
  if ("part" in needs) return [...words].some((word) => word.includes(needs.part));
  if ("all" in needs) return needs.all.every((part) => meetsWordNeeds(part, words));
  return needs.any.some((part) => meetsWordNeeds(part, words));
}

function needsOfTest({ kind, test }: FieldTest | KeywordTest): WordNeeds {
  if (test.op === "regex")
    return allOf(
      regexNeeds(test).oneOf.map((texts) => anyOf(texts.map((text) => needsOfText(text, { start: true, end: true })))),
    );
  if (test.op !== "like") return true;
  const shape = shapeOf(test, kind === "keyword");
  if (shape.is === "anything") return true;
  if (shape.is !== "glob")
    return needsOfText(shape.literal, {
      start: shape.is === "suffix" || shape.is === "contains",
      end: shape.is === "prefix" || shape.is === "contains",
    });
  const { runs, openStart, openEnd } = shape;
  return allOf(
    runs.flatMap((run, at) =>
      run.flatMap((part, place) =>
        part === ONE
          ? []
          : needsOfText(part, {
              start: place > 0 || at > 0 || openStart,
              end: place < run.length - 1 || at < runs.length - 1 || openEnd,
            }),
      ),
    ),
  );
}

/** `open`: whether the value may go on beyond the text there. */
function needsOfText(text: string, open: { readonly start: boolean; readonly end: boolean }): WordNeeds {
  const folded = fold(text);
  const needs: WordNeeds[] = [];
  for (const { 0: run, index } of folded.matchAll(/[^\0-/:-@[-`{-\x7f]+/g)) {
    const end = index + run.length;
    if (!/^[\da-z]+$/.test(run) || isOddNumber(folded, index, end)) continue;
    const isWhole =
      (index === 0 ? !open.start : !isControl(folded[index - 1]!)) && (end === folded.length ? !open.end : true);
    if (isWhole) needs.push({ words: spellings(run, folded[index - 1]) });
    // The Kelvin sign folds to `k`, and is no letter of ASCII.
    else for (const part of run.split("k")) if (part.length >= shortestPart) needs.push({ part });
  }
  return allOf(needs);
}

/** JSON spells them with letters, which then are the beginning of the word behind. */
function isControl(character: string): boolean {
  return character < " " && !"\t\n\r".includes(character);
}

/**
 * A value that is a list or an object is asked by its JSON text, where a backslash and `n` are one escape; in any other
 * value they are a backslash and a letter.
 */
function spellings(word: string, before: string | undefined): string[] {
  const kelvin = word.split("k");
  const all =
    kelvin.length > 4
      ? []
      : kelvin
          .slice(1)
          .reduce((texts, part) => texts.flatMap((text) => [`${text}k${part}`, `${text}\u212a${part}`]), [kelvin[0]!]);
  return before === "\\" && /^[nrt]./.test(word) ? all.flatMap((text) => [text, text.slice(1)]) : all;
}

/** As in raw-needs.ts: a value that is a number may be spelled otherwise in its record. */
function isOddNumber(text: string, start: number, end: number): boolean {
  if (!/^[\de]+$/.test(text.slice(start, end))) return false;
  while (start > 0 && /[-+.\de]/.test(text[start - 1]!)) start--;
  while (end < text.length && /[-+.\de]/.test(text[end]!)) end++;
  return !/^\d{1,15}$/.test(text.slice(start, end));
}

function allOf(parts: readonly WordNeeds[]): WordNeeds {
  const known = parts.filter((part) => part !== true && !("words" in part && part.words.length === 0));
  const never = known.find((part) => part !== true && "any" in part && part.any.length === 0);
  if (never !== undefined) return never;
  if (known.length < 2) return known[0] ?? true;
  return { all: known };
}

function anyOf(parts: readonly WordNeeds[]): WordNeeds {
  if (parts.includes(true)) return true;
  const possible = parts.filter((part) => part === true || !("any" in part) || part.any.length > 0);
  const words = possible.flatMap((part) => (part !== true && "words" in part ? part.words : []));
  const others = possible.filter((part) => part === true || !("words" in part));
  const merged: WordNeeds[] = [...(words.length > 0 ? [{ words: [...new Set(words)] }] : []), ...others];
  return merged.length === 1 ? merged[0]! : { any: merged };
}
