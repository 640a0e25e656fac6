import { fold } from "../fold.ts";
import type { RegexTest } from "../plan.ts";

/** What every text that a regular expression matches must have: cheap to ask before the expression itself. */
export interface RegexNeeds {
  /** Of each group, the folded text contains at least one. */
  readonly oneOf: readonly (readonly string[])[];
  /** The longest stretch of so many units in a row that are all of one class. */
  readonly stretch: Stretch | undefined;
}

export interface Stretch {
  readonly units: number;
  /** By ASCII character: 1 when it belongs. Everything beyond ASCII does. */
  readonly members: Uint8Array;
}

/** Says too little rather than too much; nothing at all about syntax that it doesn't know. */
export function regexNeeds(test: RegexTest): RegexNeeds {
  try {
    const reader = new Reader(test.source, test.ignoreCase);
    return needsOf(reader.alternatives());
  } catch (error) {
    if (error instanceof Unknown) return { oneOf: [], stretch: undefined };
    throw error;
  }
}

/** Whether a text may match: the text itself, and folded. */
export function meetsNeeds({ oneOf, stretch }: RegexNeeds, text: string, folded: string): boolean {
  for (const texts of oneOf) if (!texts.some((need) => folded.includes(need))) return false;
  return stretch === undefined || hasStretch(stretch, text);
}

/** Whether a text has a stretch: looks at one unit in so many, and around it only when it belongs. */
export function hasStretch({ units, members }: Stretch, text: string): boolean {
  const belongs = (at: number): boolean => {
    const unit = text.charCodeAt(at);
    return unit > 0x7f || members[unit] === 1;
  };
  for (let at = units - 1; at < text.length; at += units) {
    if (!belongs(at)) continue;
    let start = at;
    while (start > at - units + 1 && belongs(start - 1)) start--;
    let end = at + 1;
    while (end < text.length && end - start < units && belongs(end)) end++;
    if (end - start >= units) return true;
  }
  return false;
}

/** A part of an expression. */
interface Part {
  /** Every text that it matches, folded, when these are few. */
  readonly exact: readonly string[] | undefined;
  readonly oneOf: readonly (readonly string[])[];
  readonly stretch: Stretch | undefined;
  /** For one character of a class: which. */
  readonly members?: Uint8Array;
}

const mostTexts = 16;
const nothing: Part = { exact: [""], oneOf: [], stretch: undefined };
const everyMember = new Uint8Array(128).fill(1);

class Unknown extends Error {}

function needsOf({ exact, oneOf, stretch }: Part): RegexNeeds {
  return { oneOf: exact === undefined || exact.includes("") ? oneOf : [...oneOf, exact], stretch };
}

function oneCharacter(members: Uint8Array): Part {
  return { exact: undefined, oneOf: [], stretch: undefined, members };
}

function concat(parts: readonly Part[]): Part {
  const oneOf: (readonly string[])[] = [];
  let stretch: Stretch | undefined;
  let run: readonly string[] = [""];
  let whole = true;
  for (const part of parts) {
    if (part.exact !== undefined && run.length * part.exact.length <= mostTexts) {
      const ends = part.exact;
      run = run.flatMap((start) => ends.map((end) => start + end));
      continue;
    }
    whole = false;
    if (!run.includes("")) oneOf.push(run);
    oneOf.push(...part.oneOf);
    stretch = longer(stretch, part.stretch);
    run = part.exact ?? [""];
  }
  if (whole) return { exact: run, oneOf: [], stretch };
  if (!run.includes("")) oneOf.push(run);
  return { exact: undefined, oneOf, stretch };
}

function longer(a: Stretch | undefined, b: Stretch | undefined): Stretch | undefined {
  return a === undefined || (b !== undefined && b.units > a.units) ? b : a;
}

function alternation(parts: readonly Part[]): Part {
  if (parts.length === 1) return parts[0]!;
  const texts = parts.flatMap((part) => part.exact ?? []);
  if (parts.every((part) => part.exact !== undefined) && texts.length <= mostTexts)
    return { exact: texts, oneOf: [], stretch: undefined };
  // One need of each branch, together, is a need of the whole.
  const best = parts.map((part) => needsOf(part).oneOf.toSorted((a, b) => shortest(b) - shortest(a))[0]);
  const oneOf = best.every((need) => need !== undefined) ? [best.flat()] : [];
  return { exact: undefined, oneOf: oneOf.filter((need) => need.length <= 2 * mostTexts), stretch: undefined };
}

function shortest(texts: readonly string[]): number {
  return Math.min(...texts.map(({ length }) => length));
}

function repeat(part: Part, least: number, most: number): Part {
  if (least === 1 && most === 1) return part;
  if (least === 0) {
    const exact =
      most === 1 && part.exact !== undefined && part.exact.length < mostTexts ? [...part.exact, ""] : undefined;
    return most === 0 ? nothing : { exact, oneOf: [], stretch: undefined };
  }
  const { oneOf } = needsOf(part);
  const stretch = part.members && least >= 8 ? { units: least, members: part.members } : part.stretch;
  return { exact: undefined, oneOf, stretch };
}

/** Reads RE2's syntax from left to right. */
class Reader {
  readonly #source: string;
  #at = 0;
  #anyCase: boolean;

  constructor(source: string, anyCase: boolean) {
    this.#source = source;
    this.#anyCase = anyCase;
  }

  alternatives(): Part {
    const parts = [this.#sequence()];
    while (this.#take("|")) parts.push(this.#sequence());
    return alternation(parts);
  }

  #take(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #takeMatch(form: RegExp): RegExpExecArray | null {
    form.lastIndex = this.#at;
    const found = form.exec(this.#source);
    if (found !== null) this.#at = form.lastIndex;
    return found;
  }

  #sequence(): Part {
    const parts: Part[] = [];
    while (this.#at < this.#source.length && this.#source[this.#at] !== "|" && this.#source[this.#at] !== ")") {
      parts.push(this.#repeated());
    }
    return concat(parts);
  }

  #repeated(): Part {
    const part = this.#atom();
    const found = this.#takeMatch(/([*+?])\??|\{(\d+)(,?)(\d*)\}\??/y);
    if (found === null) return part;
    const [, sign, least, comma, most] = found;
    if (sign !== undefined) return repeat(part, sign === "+" ? 1 : 0, sign === "?" ? 1 : Infinity);
    const from = Number(least);
    return repeat(part, from, comma === "" ? from : most === "" ? Infinity : Number(most));
  }

  #atom(): Part {
    if (this.#take("(")) return this.#group();
    if (this.#take("[")) return this.#class();
    if (this.#take("\\")) return this.#escape();
    if (this.#take(".")) return oneCharacter(everyMember);
    if (this.#take("^") || this.#take("$")) return nothing;
    return this.#literal(this.#character());
  }

  #character(): string {
    const code = this.#source.codePointAt(this.#at);
    if (code === undefined) throw new Unknown();
    const character = String.fromCodePoint(code);
    this.#at += character.length;
    return character;
  }

  /** RE2 takes `ſ` for `s` when case is ignored, and more beyond ASCII, where `fold` keeps them apart. */
  #literal(character: string): Part {
    if (this.#anyCase && /[sS\u0080-\uffff]/.test(character)) return oneCharacter(everyMember);
    const members = new Uint8Array(128);
    for (const form of this.#anyCase ? [character.toLowerCase(), character.toUpperCase()] : [character]) {
      if (form.charCodeAt(0) < 128) members[form.charCodeAt(0)] = 1;
    }
    return { exact: [fold(character)], oneOf: [], stretch: undefined, members };
  }

  #group(): Part {
    const before = this.#anyCase;
    if (this.#take("?")) {
      const flags = this.#takeMatch(/(?:P?<[A-Za-z_]\w*>)|([imsU]*)(-[imsU]+)?([:)])/y);
      if (flags === null) throw new Unknown();
      const [, on = "", off = "", end] = flags;
      if (on.includes("i")) this.#anyCase = true;
      if (off.includes("i")) this.#anyCase = false;
      // `(?i)` counts to the end of the group around it, which puts the old value back.
      if (end === ")") return nothing;
    }
    const inner = this.alternatives();
    if (!this.#take(")")) throw new Unknown();
    this.#anyCase = before;
    const { exact, oneOf, stretch } = inner;
    return { exact, oneOf, stretch };
  }

  #escape(): Part {
    if (this.#take("Q") || this.#take("C")) throw new Unknown();
    if (this.#takeMatch(/[bBAz]/y) !== null) return nothing;
    const named = this.#takeMatch(/[dDwWsS]/y);
    if (named !== null) return oneCharacter(namedMembers(named[0]));
    const control = controls.get(this.#source[this.#at] ?? "");
    if (control !== undefined) {
      this.#at++;
      return this.#literal(control);
    }
    if (this.#takeMatch(/[pP](?:\{[^}]*\}|.)|x\{[0-9a-fA-F]+\}|x[0-9a-fA-F]{2}|[0-7]{1,3}/y) !== null)
      return oneCharacter(everyMember);
    const character = this.#character();
    if (/[A-Za-z0-9]/.test(character)) throw new Unknown();
    return this.#literal(character);
  }

  /** After the opening bracket. */
  #class(): Part {
    const negated = this.#take("^");
    const members = new Uint8Array(128);
    let characters = "";
    /** Something whose characters are not listed: the class is then known by its ASCII members only. */
    let open = negated || this.#anyCase;
    let beyond = false;
    for (let first = true; first || !this.#take("]"); first = false) {
      const set = this.#takeMatch(/\[:(\^?)(\w+):\]|\\([dDwWsS])|\\[pP](?:\{[^}]*\}|.)/y);
      if (set !== null) {
        open = true;
        const named = set[3] === undefined ? everyMember : namedMembers(set[3]);
        named.forEach((member, code) => (members[code]! |= member));
        // `[[:^alpha:]]`, `\pL`: which of ASCII is in them is not worth knowing, and taking all for it in a negation is wrong.
        if (set[3] === undefined && negated) throw new Unknown();
        continue;
      }
      const from = this.#classCharacter();
      const to =
        this.#source[this.#at] === "-" && this.#source[this.#at + 1] !== "]" && this.#take("-")
          ? this.#classCharacter()
          : from;
      beyond ||= to.codePointAt(0)! > 127;
      for (let code = from.codePointAt(0)!; code <= Math.min(to.codePointAt(0)!, 127); code++) members[code] = 1;
      if (to.codePointAt(0)! - from.codePointAt(0)! < mostTexts) {
        for (let code = from.codePointAt(0)!; code <= to.codePointAt(0)!; code++)
          characters += String.fromCodePoint(code);
      } else open = true;
    }
    if (this.#anyCase)
      for (let code = 65; code <= 90; code++) members[code] = members[code + 32] = members[code]! | members[code + 32]!;
    // With case ignored, `ſ` in a class stands for `s` too.
    if (this.#anyCase && beyond) return oneCharacter(everyMember);
    if (negated) return oneCharacter(members.map((member) => 1 - member));
    const texts = [...new Set(Array.from(characters, fold))];
    return open || texts.length > 4 ? oneCharacter(members) : { exact: texts, oneOf: [], stretch: undefined, members };
  }

  #classCharacter(): string {
    const escaped = this.#take("\\");
    const character = this.#character();
    if (escaped && /[A-Za-z0-9]/.test(character)) {
      const known = controls.get(character);
      if (known === undefined) throw new Unknown();
      return known;
    }
    return character;
  }
}

const controls = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
  ["f", "\f"],
  ["v", "\v"],
  ["a", "\x07"],
]);

function namedMembers(name: string): Uint8Array {
  const of = { d: /\d/, w: /\w/, s: /[\t\n\f\r ]/ }[name.toLowerCase() as "d" | "w" | "s"];
  const negated = name !== name.toLowerCase();
  return Uint8Array.from({ length: 128 }, (_, code) => (of.test(String.fromCharCode(code)) !== negated ? 1 : 0));
}
