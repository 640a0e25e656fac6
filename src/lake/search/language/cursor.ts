import { queryBounds, type QueryProblem } from "./ast.ts";
import { closest } from "./closest.ts";

/** Ends the reading of a search. Never leaves `parseQuery`, which makes an outcome of it. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
  readonly problem: QueryProblem;

  constructor(problem: QueryProblem) {
    super(problem.says);
    this.problem = problem;
  }
}

/** A place in a search's text that moves on. Counts what it meets, so that no text is read without bound. */
export class Cursor {
  readonly text: string;
  at = 0;
  #depth = 0;
  #terms = 0;

  constructor(text: string) {
    this.text = text;
  }

  get ended(): boolean {
    return this.at >= this.text.length;
  }

  peek(length = 1): string {
    return this.text.slice(this.at, this.at + length);
  }

  skipSpace(): void {
    while (/\s/.test(this.text[this.at] ?? "")) this.at += 1;
  }

  /** Takes this text where it stands next, after space. */
  take(expected: string): boolean {
    this.skipSpace();
    if (!this.text.startsWith(expected, this.at)) return false;
    this.at += expected.length;
    return true;
  }

  /** What the pattern (sticky) finds right here; it is left behind. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found) return undefined;
    this.at += found[0].length;
    return found;
  }

  looksAt(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    return pattern.test(this.text);
  }

  /** One keyword in any case, whole; after space. */
  takeWord(word: string): boolean {
    this.skipSpace();
    const end = this.at + word.length;
    if (this.text.slice(this.at, end).toLowerCase() !== word || /[\w.]/.test(this.text[end] ?? "")) return false;
    // `and:x` asks for a field of that name.
    if (/[:=]/.test(this.text[end] ?? "")) return false;
    this.at = end;
    return true;
  }

  countTerm(): void {
    this.#terms += 1;
    if (this.#terms > queryBounds.terms)
      this.fail({ code: "too-large", says: `A search has at most ${queryBounds.terms} words and values.` });
  }

  deeper<T>(work: () => T): T {
    this.#depth += 1;
    if (this.#depth > queryBounds.depth)
      this.fail({ code: "too-large", says: `Parentheses stand at most ${queryBounds.depth} deep.` });
    const result = work();
    this.#depth -= 1;
    return result;
  }

  fail({
    at = this.at,
    length = 1,
    code = "syntax",
    ...rest
  }: Partial<QueryProblem> & { readonly says: string }): never {
    throw new Unreadable({ code, at, length, ...rest });
  }

  /** Fails for a word that is none of these, with the one that was likely meant. */
  failWord(word: string, at: number, says: string, expected: readonly string[]): never {
    const suggestion = closest(word, expected);
    return this.fail({
      at,
      length: Math.max(1, word.length),
      says,
      expected,
      ...(suggestion === undefined ? {} : { suggestion }),
    });
  }
}
