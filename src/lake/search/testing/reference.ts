/** What a search means, as plainly as it can be said: the compiled SQL is held against it. */
import ipaddr from "ipaddr.js";
import { RE2JS } from "re2js";
import type { EventColumns } from "../../contract.ts";
import type { FieldTest, Term } from "../language/ast.ts";
import { columnsOf, type Field, severityNumbers } from "../language/fields.ts";
import type { Glob } from "../language/glob.ts";
import { endOfTime, readTime } from "../language/read-time.ts";

export function holds(term: Term, event: EventColumns, now: number): boolean {
  switch (term.is) {
    case "all":
      return true;
    case "and":
      return term.of.every((part) => holds(part, event, now));
    case "or":
      return term.of.some((part) => holds(part, event, now));
    case "not":
      return !holds(term.of, event, now);
    case "text":
      return wordsIn(
        term.glob.map((part) => (typeof part === "string" ? recordSpelling(JSON.stringify(part).slice(1, -1)) : part)),
        recordSpelling(event.raw),
      );
    case "field": {
      const columns = columnsOf(term.field, "events");
      if (columns.length > 0) return columns.some((column) => columnHolds(term.test, column, event, now));
      return jsonHolds(term.test, valuesAt(term.field, JSON.parse(event.raw)));
    }
  }
}

function recordSpelling(json: string): string {
  let text = "";
  for (let i = 0; i < json.length; i += 1) {
    const pair = json.slice(i, i + 2);
    const read = pair === "\\\\" ? "/" : pair === "\\n" || pair === "\\r" || pair === "\\t" ? " " : undefined;
    text += read ?? json[i];
    if (read !== undefined) i += 1;
  }
  return text;
}

function columnHolds(test: FieldTest, { name, kind }: Field, event: EventColumns, now: number): boolean {
  const value = event[name as keyof EventColumns];
  if (kind === "list") {
    const members = value as readonly string[];
    if (isGlob(test, [{ is: "*" }])) return members.length > 0;
    if (isGlob(test, [])) return members.length === 0;
    return members.some((member) => textHolds(test, member, false));
  }
  if (kind === "number") return numberHolds(test, value as number);
  if (kind === "time") return timeHolds(test, value as number, now);
  const text = value as string;
  if (kind === "address" && (test.is === "words" || test.is === "equals")) {
    const network = plainText(test.glob);
    if (network !== undefined && ipaddr.isValidCIDR(network) && network.includes("/")) {
      if (!ipaddr.isValid(text)) return false;
      const [own, [other, bits]] = [ipaddr.parse(text), ipaddr.parseCIDR(network)];
      return own.kind() === other.kind() && own.match([other, bits] as never);
    }
  }
  return textHolds(test, text, kind === "text");
}

function isGlob(test: FieldTest, glob: Glob): boolean {
  return (test.is === "words" || test.is === "equals") && JSON.stringify(test.glob) === JSON.stringify(glob);
}

function plainText(glob: Glob): string | undefined {
  return glob.every((part) => typeof part === "string") ? glob.join("") : undefined;
}

function textHolds(test: FieldTest, text: string, words: boolean): boolean {
  if (test.is === "regex") return RE2JS.compile(test.source).matcher(text).find();
  if (test.is !== "words" && test.is !== "equals") throw new Error("texts are not compared");
  if (isGlob(test, [{ is: "*" }])) return text !== "";
  if (isGlob(test, [])) return text === "";
  return test.is === "words" && words
    ? wordsIn(test.glob, text)
    : matchesFrom(itemsOf(test.glob), Array.from(text), 0).some((end) => end === Array.from(text).length);
}

function numberHolds(test: FieldTest, value: number): boolean {
  if (test.is === "range")
    return (test.from === "*" || value >= Number(test.from)) && (test.to === "*" || value <= Number(test.to));
  if (test.is === "compare")
    return compared(value, test.by, severityNumbers[test.value.toLowerCase()] ?? Number(test.value));
  if (test.is === "regex") throw new Error("numbers have no letters");
  if (isGlob(test, [{ is: "*" }])) return value !== 0;
  const text = plainText(test.glob) ?? "";
  return value === (text === "" ? 0 : (severityNumbers[text.toLowerCase()] ?? Number(text)));
}

function compared(value: number, by: string, other: number): boolean {
  return by === "<" ? value < other : by === ">" ? value > other : by === "<=" ? value <= other : value >= other;
}

function timeHolds(test: FieldTest, value: number, now: number): boolean {
  if (test.is === "range")
    return (
      (test.from === "*" || value >= readTime(test.from, now)!) &&
      (test.to === "*" || value < endOfTime(test.to, readTime(test.to, now)!))
    );
  if (test.is === "compare") {
    const start = readTime(test.value, now)!;
    const end = endOfTime(test.value, start);
    return test.by === ">" ? value >= end : test.by === "<=" ? value < end : compared(value, test.by, start);
  }
  if (test.is === "regex") throw new Error("times have no letters");
  if (isGlob(test, [{ is: "*" }])) return true;
  const text = plainText(test.glob)!;
  const start = readTime(text, now)!;
  return value >= start && value < endOfTime(text, start);
}

type Json = null | string | number | boolean | Json[] | { [key: string]: Json };

function jsonHolds(test: FieldTest, values: readonly (string | number | boolean)[]): boolean {
  const texts = values.map(String);
  if (isGlob(test, [{ is: "*" }])) return texts.length > 0;
  if (isGlob(test, [])) return !texts.some((text) => text !== "");
  if (test.is !== "compare" && test.is !== "range") return texts.some((text) => textHolds(test, text, true));
  return texts
    .filter((text) => /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text))
    .some((text) => numberHolds(test, Number(text)));
}

function same(a: string, b: string): boolean {
  return lower(a) === lower(b);
}

function lower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** From the root along the path; and, by the whole name, at every depth. */
function valuesAt(path: string, root: Json): (string | number | boolean)[] {
  const steps = path.split(".").filter((step) => step !== "");
  const found = steps.length > 1 ? leavesOf(walk([root], steps)) : [];
  const visit = (value: Json): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (value === null || typeof value !== "object") return;
    for (const [key, inner] of Object.entries(value)) {
      const plain = !Array.isArray(inner) || inner.every((member) => member === null || typeof member !== "object");
      if (same(key, path) && plain) found.push(...leavesOf([inner]));
      visit(inner);
    }
  };
  visit(root);
  return found;
}

function walk(from: readonly Json[], [step, ...rest]: readonly string[]): Json[] {
  if (step === undefined) return [...from];
  const entered = from.flatMap((value) => (Array.isArray(value) ? value : [value]));
  const next = entered.flatMap((value) => {
    if (value === null || typeof value !== "object" || Array.isArray(value)) return [];
    const key = Object.keys(value).find((candidate) => same(candidate, step));
    return key === undefined ? [] : [value[key]!];
  });
  return walk(next, rest);
}

function leavesOf(values: readonly Json[]): (string | number | boolean)[] {
  return values
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter((value) => value !== null && typeof value !== "object") as (string | number | boolean)[];
}

type Item = { readonly is: "*" | "?" } | { readonly character: string };

function itemsOf(glob: Glob): Item[] {
  return glob.flatMap((part): readonly Item[] =>
    typeof part === "string" ? Array.from(part, (character) => ({ character })) : [part],
  );
}

/** Whether the glob stands somewhere in the text with no word cut off at its ends. */
function wordsIn(glob: Glob, text: string): boolean {
  const [items, characters] = [itemsOf(glob), Array.from(text)];
  const startsInWord = items[0] !== undefined && "character" in items[0] && isWord(items[0].character);
  const last = items.at(-1);
  const endsInWord = last !== undefined && "character" in last && isWord(last.character);
  for (let start = 0; start <= characters.length; start += 1) {
    if (startsInWord && start > 0 && isWord(characters[start - 1]!)) continue;
    for (const end of matchesFrom(items, characters, start))
      if (!endsInWord || end === characters.length || !isWord(characters[end]!)) return true;
  }
  return false;
}

/** Where matches that begin here may end. */
function matchesFrom(items: readonly Item[], text: readonly string[], start: number): number[] {
  let ends = new Set([start]);
  for (const item of items) {
    const next = new Set<number>();
    for (const end of ends) {
      if ("is" in item && item.is === "*") for (let i = end; i <= text.length; i += 1) next.add(i);
      else if (end < text.length && ("is" in item || sameCharacter(item.character, text[end]!))) next.add(end + 1);
    }
    ends = next;
  }
  return [...ends];
}

function sameCharacter(asked: string, there: string): boolean {
  if (asked === there) return true;
  const ascii = /^[\0-\x7f]$/;
  if (ascii.test(asked) || ascii.test(there))
    return ascii.test(asked) && ascii.test(there) && lower(asked) === lower(there);
  return there === asked.toLowerCase() || there === asked.toUpperCase();
}

/** Letters, digits, all beyond ASCII, and the control characters that JSON spells with letters. */
function isWord(character: string): boolean {
  const code = character.codePointAt(0)!;
  return code > 0x7f || /[\dA-Za-z]/.test(character) || (code < 0x20 && !/[\t\n\r]/.test(character));
}
