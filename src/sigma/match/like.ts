import { fold } from "../fold.ts";
import { ANY, type LikeTest, ONE, type Pattern } from "../plan.ts";

/**
 * A wildcard pattern as the cheapest question that answers it. Literals are folded unless the test is cased, and must
 * then be asked of folded text.
 */
export type Shape =
  /** Any text at all. */
  | { readonly is: "anything" }
  | { readonly is: "exact" | "prefix" | "suffix" | "contains"; readonly literal: string }
  /** Needs a walk; the runs between `any`s in order, open at an end where the pattern begins or ends with `any`. */
  | { readonly is: "glob"; readonly runs: readonly Run[]; readonly openStart: boolean; readonly openEnd: boolean };

/** Literal text and `one`s, matched without a gap. */
export type Run = readonly (string | typeof ONE)[];

/** `unanchored`: as keywords ask it, anywhere in the text. */
export function shapeOf(test: LikeTest, unanchored = false): Shape {
  const parts = test.pattern.filter((part) => part !== "");
  const pattern: Pattern = unanchored ? [ANY, ...parts, ANY] : parts;
  const runs = runsOf(pattern, test.cased);
  const openStart = pattern[0] === ANY;
  const openEnd = pattern.at(-1) === ANY;
  if (runs.length === 0) return openStart ? { is: "anything" } : { is: "exact", literal: "" };
  const [only] = runs as [Run];
  if (runs.length === 1 && only.length === 1 && typeof only[0] === "string") {
    const is = openStart ? (openEnd ? "contains" : "suffix") : openEnd ? "prefix" : "exact";
    return { is, literal: only[0] };
  }
  return { is: "glob", runs, openStart, openEnd };
}

function runsOf(pattern: Pattern, cased: boolean): Run[] {
  const runs: (string | typeof ONE)[][] = [];
  let run: (string | typeof ONE)[] | undefined;
  for (const part of pattern) {
    if (part === ANY) run = undefined;
    else {
      if (run === undefined) runs.push((run = []));
      const text = part === ONE || cased ? part : fold(part);
      const last = run.at(-1);
      if (typeof text === "string" && typeof last === "string") run[run.length - 1] = last + text;
      else run.push(text);
    }
  }
  return runs;
}

/** Whether a text has the shape; the text folded already when the shape's literals are. */
export function hasShape(shape: Shape, text: string): boolean {
  switch (shape.is) {
    case "anything":
      return true;
    case "exact":
      return text === shape.literal;
    case "prefix":
      return text.startsWith(shape.literal);
    case "suffix":
      return text.endsWith(shape.literal);
    case "contains":
      return text.includes(shape.literal);
    case "glob":
      return matchesRuns(text, shape.runs, shape.openStart, shape.openEnd);
  }
}

/**
 * The anchored runs are pinned to their ends first; each of the others then takes the leftmost place after the one
 * before. Leftmost is enough, since it leaves the most room: no backtracking, time text length times pattern length.
 */
function matchesRuns(text: string, runs: readonly Run[], openStart: boolean, openEnd: boolean): boolean {
  let from = 0;
  let to = text.length;
  let first = 0;
  let last = runs.length;
  if (!openStart) {
    from = runEnd(text, 0, runs[first++]!);
    if (from < 0) return false;
    if (first === last && !openEnd) return from === to;
  }
  if (!openEnd) {
    to = runStart(text, to, runs[--last]!);
    if (to < from) return false;
  }
  for (let i = first; i < last; i++) {
    from = endOfLeftmost(text, from, runs[i]!);
    if (from < 0 || from > to) return false;
  }
  return true;
}

/** Where a run that begins at `at` ends; -1 when the text differs. */
function runEnd(text: string, at: number, run: Run): number {
  for (const part of run) {
    if (part === ONE) {
      if (at >= text.length) return -1;
      at += text.codePointAt(at)! > 0xffff ? 2 : 1;
    } else if (text.startsWith(part, at)) at += part.length;
    else return -1;
  }
  return at;
}

/** Where a run that ends at `at` begins; -1 when the text differs. */
function runStart(text: string, at: number, run: Run): number {
  for (let i = run.length - 1; i >= 0; i--) {
    const part = run[i]!;
    if (part === ONE) {
      if (at <= 0) return -1;
      at -= at > 1 && text.codePointAt(at - 2)! > 0xffff ? 2 : 1;
    } else if (at >= part.length && text.startsWith(part, at - part.length)) at -= part.length;
    else return -1;
  }
  return at;
}

function endOfLeftmost(text: string, from: number, run: Run): number {
  const [head] = run;
  for (let at = from; at <= text.length; at++) {
    if (typeof head === "string") {
      at = text.indexOf(head, at);
      if (at < 0) return -1;
    }
    const end = runEnd(text, at, run);
    if (end >= 0) return end;
  }
  return -1;
}
