/**
 * A pattern of STIX 2.1 (OASIS, section 9) as what it compares. A real reader of the whole grammar's tokens and of those
 * parts that can be asked of one event at a time; all else is told by name and place, never guessed at.
 */
export type StixNode =
  | { readonly kind: "and" | "or"; readonly parts: readonly StixNode[] }
  | {
      readonly kind: "test";
      /** `ipv4-addr:value`, `file:hashes.'SHA-256'`. */
      readonly object: string;
      readonly path: string;
      readonly operator: StixOperator;
      readonly negated: boolean;
      readonly values: readonly string[];
    };

export type StixOperator =
  | "="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "IN"
  | "LIKE"
  | "MATCHES"
  | "ISSUBSET"
  | "ISSUPERSET"
  | "EXISTS";

export type ReadPattern =
  | { readonly ok: true; readonly pattern: StixNode }
  | { readonly ok: false; readonly why: string };

/** Characters; tests of a pattern; brackets within each other. */
const longestPattern = 64 * 1024;
const mostTests = 2_000;
const deepest = 50;

class BadPattern extends Error {}

/** `and` and `or` of observations and within them alike; `FOLLOWEDBY` and the qualifiers are told as what they are. */
export function readPattern(text: string): ReadPattern {
  if (text.length > longestPattern)
    return { ok: false, why: `The pattern is longer than ${longestPattern} characters.` };
  try {
    return { ok: true, pattern: new PatternReader(tokensOf(text)).read() };
  } catch (error) {
    if (error instanceof BadPattern) return { ok: false, why: error.message };
    throw error;
  }
}

interface Token {
  readonly kind: "word" | "text" | "number" | "sign" | "literal" | "end";
  readonly text: string;
  readonly at: number;
}

/** Literals with a prefix: times, binary and hex. */
const token =
  /(?<literal>[tbh]'(?:[^'\\]|\\[^])*')|(?<text>'(?:[^'\\]|\\[^])*')|(?<number>[+-]?\d+(?:\.\d+)?)|(?<word>[A-Za-z_][A-Za-z0-9_-]*)|(?<sign><=|>=|!=|<>|==|[=<>()[\],.:*])/y;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = skipBlanks(text, 0); at < text.length; at = skipBlanks(text, token.lastIndex)) {
    token.lastIndex = at;
    const found = token.exec(text);
    if (!found?.groups) throw new BadPattern(`There is something at character ${at + 1} that patterns do not have.`);
    const [kind, written] = Object.entries(found.groups).find(([, one]) => one !== undefined) as [
      Token["kind"],
      string,
    ];
    tokens.push({ kind, text: kind === "text" ? written.slice(1, -1).replace(/\\(['\\])/g, "$1") : written, at });
  }
  tokens.push({ kind: "end", text: "", at: text.length });
  return tokens;
}

/** Past white space and comments, by hand: as one expression they could be taken apart in too many ways. */
function skipBlanks(text: string, from: number): number {
  for (let at = from; ;) {
    const start = at;
    while (at < text.length && /\s/.test(text[at]!)) at++;
    if (text.startsWith("/*", at)) {
      const end = text.indexOf("*/", at + 2);
      if (end < 0) throw new BadPattern("A comment is not closed.");
      at = end + 2;
    } else if (text.startsWith("//", at)) {
      const end = text.indexOf("\n", at);
      at = end < 0 ? text.length : end;
    }
    if (at === start) return at;
  }
}

const operators = ["=", "==", "!=", "<>", "<", "<=", ">", ">="];
const wordOperators = ["IN", "LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET"];

class PatternReader {
  readonly #tokens: readonly Token[];
  #place = 0;
  #tests = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  read(): StixNode {
    const node = this.#observations();
    this.#expect("end", "");
    return node;
  }

  get #now(): Token {
    return this.#tokens[this.#place]!;
  }

  #observations(): StixNode {
    return this.#joined("observation");
  }

  /** AND binds more than OR; FOLLOWEDBY less than both, of observations alone (section 9.5). */
  #joined(level: "observation" | "comparison"): StixNode {
    if (++this.#depth > deepest) throw new BadPattern(`Brackets lie within each other more than ${deepest} deep.`);
    const ors: StixNode[] = [];
    do {
      const ands: StixNode[] = [];
      do ands.push(level === "observation" ? this.#observation() : this.#comparison());
      while (this.#takeWord("AND"));
      ors.push(ands.length === 1 ? ands[0]! : { kind: "and", parts: ands });
    } while (this.#takeWord("OR"));
    if (level === "observation" && this.#isWord("FOLLOWEDBY"))
      throw new BadPattern("FOLLOWEDBY asks for one observation after another.");
    this.#depth--;
    return ors.length === 1 ? ors[0]! : { kind: "or", parts: ors };
  }

  #observation(): StixNode {
    let node: StixNode;
    if (this.#takeSign("[")) {
      node = this.#joined("comparison");
      this.#expect("sign", "]");
    } else {
      this.#expect("sign", "(");
      node = this.#observations();
      this.#expect("sign", ")");
    }
    for (const word of ["WITHIN", "REPEATS", "START"])
      if (this.#isWord(word)) throw new BadPattern(`${word} asks for several observations over time.`);
    return node;
  }

  #comparison(): StixNode {
    if (this.#takeSign("(")) {
      const node = this.#joined("comparison");
      this.#expect("sign", ")");
      return node;
    }
    if (++this.#tests > mostTests) throw new BadPattern(`The pattern has more than ${mostTests} comparisons.`);
    if (this.#takeWord("EXISTS"))
      return { ...this.#path(), kind: "test", operator: "EXISTS", negated: false, values: [] };
    if (this.#isWord("NOT") && this.#tokens[this.#place + 1]?.text === "EXISTS")
      throw new BadPattern("NOT EXISTS asks for what is not there.");
    const path = this.#path();
    const negated = this.#takeWord("NOT");
    const operator = this.#operator();
    const values = operator === "IN" ? this.#values() : [this.#value()];
    return { kind: "test", ...path, operator, negated, values };
  }

  #path(): { object: string; path: string } {
    const object = this.#take("word").text;
    this.#expect("sign", ":");
    let path = "";
    for (;;) {
      const { kind, text } = this.#now;
      if (kind !== "word" && kind !== "text") throw this.#unexpected("a property");
      this.#place++;
      path += path === "" ? text : `.${text}`;
      while (this.#takeSign("[")) {
        path += `[${this.#now.text}]`;
        this.#place++;
        this.#expect("sign", "]");
      }
      if (!this.#takeSign(".")) return { object, path };
    }
  }

  #operator(): StixOperator {
    const { kind, text } = this.#now;
    const isOperator = kind === "sign" ? operators.includes(text) : kind === "word" && wordOperators.includes(text);
    if (!isOperator) throw this.#unexpected("a comparison");
    this.#place++;
    return (text === "==" ? "=" : text === "<>" ? "!=" : text) as StixOperator;
  }

  #values(): string[] {
    const values: string[] = [];
    this.#expect("sign", "(");
    do {
      values.push(this.#value());
      if (values.length > mostTests) throw new BadPattern(`A set has more than ${mostTests} values.`);
    } while (this.#takeSign(","));
    this.#expect("sign", ")");
    return values;
  }

  #value(): string {
    const { kind, text } = this.#now;
    if (kind !== "text" && kind !== "number" && kind !== "literal" && text !== "true" && text !== "false")
      throw this.#unexpected("a value");
    this.#place++;
    return text;
  }

  #take(kind: Token["kind"]): Token {
    const now = this.#now;
    if (now.kind !== kind) throw this.#unexpected(kind === "word" ? "a name" : `a ${kind}`);
    this.#place++;
    return now;
  }

  #expect(kind: "sign" | "end", text: string): void {
    if (this.#now.kind !== kind || this.#now.text !== text)
      throw this.#unexpected(kind === "end" ? "the end" : `"${text}"`);
    this.#place++;
  }

  #isWord(word: string): boolean {
    return this.#now.kind === "word" && this.#now.text === word;
  }

  #takeWord(word: string): boolean {
    const is = this.#isWord(word);
    if (is) this.#place++;
    return is;
  }

  #takeSign(sign: string): boolean {
    const is = this.#now.kind === "sign" && this.#now.text === sign;
    if (is) this.#place++;
    return is;
  }

  #unexpected(wanted: string): BadPattern {
    const { kind, text, at } = this.#now;
    return new BadPattern(
      `At character ${at + 1} there is ${kind === "end" ? "the end" : `"${text.slice(0, 60)}"`} where ${wanted} should be.`,
    );
  }
}
