import { fold } from "../fold.ts";
import { type Expr, type FieldTest, type KeywordTest, ONE } from "../plan.ts";
import { shapeOf } from "../match/like.ts";
import { regexNeeds } from "../match/regex-needs.ts";

/**
 * What the JSON text of every event has that a plan can be true of: a plan asked loosely, without reading the event.
 * `true`: nothing is known to be there. Texts are ASCII and lower case, at least `shortestText` long, and hold nothing
 * that JSON spells otherwise inside a string, so that they stand in the event's text as they are.
 */
export type RawNeeds =
  | true
  | { readonly has: string }
  | { readonly all: readonly RawNeeds[] }
  | { readonly any: readonly RawNeeds[] };

/** Shorter ones are in nearly every event, and dear to look for. */
const shortestText = 3;

/**
 * For events whose values lie in their JSON text as they are: with JSON's own escapes only, and not folded into some
 * other notation (hex, XML, JSON in a string) that is unfolded before rules are asked.
 */
export function rawNeeds(plan: Expr): RawNeeds {
  switch (plan.kind) {
    case "constant":
      return plan.value ? true : { any: [] };
    case "not":
      return true;
    case "and":
      return all(plan.of.map(rawNeeds));
    case "or":
      return any(plan.of.map(rawNeeds));
    case "field":
    case "keyword":
      return needsOfTest(plan);
  }
}

/** Whether an event's text, folded, has what is needed; the meaning that SQL gives it too. */
export function meetsRawNeeds(needs: RawNeeds, folded: string): boolean {
  if (needs === true) return true;
  if ("has" in needs) return folded.includes(needs.has);
  if ("all" in needs) return needs.all.every((part) => meetsRawNeeds(part, folded));
  return needs.any.some((part) => meetsRawNeeds(part, folded));
}

function needsOfTest({ kind, test }: FieldTest | KeywordTest): RawNeeds {
  if (test.op === "like") {
    const shape = shapeOf(test, kind === "keyword");
    if (shape.is === "anything") return true;
    const literals =
      shape.is === "glob" ? shape.runs.flatMap((run) => run.filter((part) => part !== ONE)) : [shape.literal];
    return all(literals.map(needsOfText));
  }
  if (test.op === "regex") return all(regexNeeds(test).oneOf.map((texts) => any(texts.map(needsOfText))));
  return true;
}

/**
 * A value may be an object or a list, whose text is JSON again: quotes, brackets, commas and backslashes may then be of
 * its notation and stand otherwise in the event, so what lies between them is looked for.
 */
function needsOfText(text: string): RawNeeds {
  const parts = fold(text).split(notPlain);
  return all(parts.flatMap((part) => (part.length < shortestText || isOddNumber(part) ? [] : [{ has: part }])));
}

const notPlain = /[^ !#-+\--9;-Z^-z|~]+/;

/** A value that is a number may be spelled otherwise in its record: `1e3`, or with more digits than a number keeps. */
function isOddNumber(part: string): boolean {
  return /^[-+.\de]*$/.test(part) && !/^\d{1,15}$/.test(part);
}

function all(parts: readonly RawNeeds[]): RawNeeds {
  const known = parts.filter((part) => part !== true);
  const never = known.find((part) => "any" in part && part.any.length === 0);
  if (never !== undefined) return never;
  if (known.length < 2) return known[0] ?? true;
  return { all: known };
}

function any(parts: readonly RawNeeds[]): RawNeeds {
  if (parts.includes(true)) return true;
  const possible = parts.filter((part) => part === true || !("any" in part) || part.any.length > 0);
  return possible.length === 1 ? possible[0]! : { any: possible };
}
