/** A condition as written: names, joins and counted selections, each with its offset in the text. */
export type ConditionNode =
  | { readonly kind: "and"; readonly of: readonly ConditionNode[] }
  | { readonly kind: "or"; readonly of: readonly ConditionNode[] }
  | { readonly kind: "not"; readonly of: ConditionNode }
  | { readonly kind: "name"; readonly name: string; readonly at: number }
  /** `1 of` (or `any of`) and `all of` a pattern; `them` is every name that doesn't start with `_`. */
  | { readonly kind: "some"; readonly pattern: string; readonly at: number }
  | { readonly kind: "every"; readonly pattern: string; readonly at: number };

export interface ConditionProblem {
  readonly at: number;
  readonly code: string;
  readonly message: string;
  readonly advice: string;
}

export type ConditionResult =
  | { readonly ok: true; readonly node: ConditionNode; readonly warnings: readonly ConditionProblem[] }
  | { readonly ok: false; readonly problem: ConditionProblem };

export const conditionLimits = { text: 64 * 1024, depth: 64 } as const;

/** Precedence from loose to tight: `or`, `and`, `not`, `x of`, brackets. */
export function parseCondition(text: string): ConditionResult {
  try {
    return parse(text);
  } catch (thrown) {
    if (thrown instanceof Wrong) return { ok: false, problem: thrown.problem };
    throw thrown;
  }
}

/** Leaves the recursive descent from any depth; never seen outside this file. */
class Wrong extends Error {
  readonly problem: ConditionProblem;
  constructor(problem: ConditionProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

interface Token {
  readonly text: string;
  /** Lower case where it is a word of the language. */
  readonly word: string;
  readonly at: number;
}

function parse(text: string): ConditionResult {
  if (text.length > conditionLimits.text) {
    throw wrong(
      0,
      "condition-too-long",
      `The condition has ${text.length} characters.`,
      "Use `1 of name*` instead of naming each selection.",
    );
  }
  const warnings: ConditionProblem[] = [];
  const tokens = tokenize(text, warnings);
  let next = 0;
  let depth = 0;
  const word = () => tokens[next]?.word;
  const end = () => tokens[next]?.at ?? text.length;

  function orExpr(): ConditionNode {
    const of = [andExpr()];
    while (word() === "or") {
      next++;
      of.push(andExpr());
    }
    return of.length === 1 ? of[0]! : { kind: "or", of };
  }

  function andExpr(): ConditionNode {
    const of = [notExpr()];
    while (word() === "and") {
      next++;
      of.push(notExpr());
    }
    return of.length === 1 ? of[0]! : { kind: "and", of };
  }

  function notExpr(): ConditionNode {
    if (word() !== "not") return operand();
    return deeper(() => {
      next++;
      return { kind: "not", of: notExpr() };
    });
  }

  function operand(): ConditionNode {
    const token = tokens[next];
    if (token === undefined) {
      throw wrong(
        text.length,
        "condition-incomplete",
        "The condition ends where a selection is expected.",
        "Name a selection here.",
      );
    }
    if (token.word === "(") return brackets(token);
    if (token.word === ")" || token.word === "and" || token.word === "or" || token.word === "of") {
      throw wrong(
        token.at,
        "condition-syntax",
        `'${token.text}' stands where a selection is expected.`,
        "Name a selection here, or remove the word.",
      );
    }
    if (tokens[next + 1]?.word === "of") return counted(token);
    next++;
    if (token.text.includes("*")) {
      throw wrong(
        token.at,
        "condition-syntax",
        `'${token.text}' has a wildcard but nothing says how many.`,
        `Write \`1 of ${token.text}\` or \`all of ${token.text}\`.`,
      );
    }
    return { kind: "name", name: token.text, at: token.at };
  }

  function brackets(open: Token): ConditionNode {
    return deeper(() => {
      next++;
      const inner = orExpr();
      if (word() !== ")") {
        throw wrong(open.at, "condition-bracket", "This bracket is never closed.", "Add `)`.");
      }
      next++;
      return inner;
    });
  }

  function counted(quantity: Token): ConditionNode {
    const pattern = tokens[next + 2];
    if (pattern === undefined || ["(", ")", "and", "or", "not", "of"].includes(pattern.word)) {
      throw wrong(
        pattern?.at ?? text.length,
        "condition-incomplete",
        "After `of` a name, a pattern or `them` is expected.",
        "Write for instance `1 of selection_*`.",
      );
    }
    next += 3;
    if (quantity.word === "1" || quantity.word === "any")
      return { kind: "some", pattern: pattern.text, at: pattern.at };
    if (quantity.word === "all") return { kind: "every", pattern: pattern.text, at: pattern.at };
    throw wrong(
      quantity.at,
      "condition-quantity",
      `'${quantity.text} of' is not known to Sigma.`,
      "Use `1 of`, `any of` or `all of`.",
    );
  }

  function deeper(read: () => ConditionNode): ConditionNode {
    if (++depth > conditionLimits.depth) {
      throw wrong(
        end(),
        "condition-too-deep",
        `The condition is nested deeper than ${conditionLimits.depth} levels.`,
        "Give parts of it selections of their own.",
      );
    }
    const node = read();
    depth--;
    return node;
  }

  const node = orExpr();
  const left = tokens[next];
  if (left?.word === ")")
    throw wrong(left.at, "condition-bracket", "This bracket was never opened.", "Remove it, or open it.");
  if (left) {
    throw wrong(
      left.at,
      "condition-syntax",
      `'${left.text}' follows without 'and' or 'or'.`,
      "Join the two with `and` or `or`.",
    );
  }
  return { ok: true, node, warnings };
}

const words = new Set(["and", "or", "not", "of", "all", "any", "them"]);

function tokenize(text: string, warnings: ConditionProblem[]): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(/[()|]|[^\s()|]+/g)) {
    const at = match.index;
    const [found] = match;
    if (found === "|") {
      throw wrong(
        at,
        "condition-aggregation",
        "Aggregations after a pipe are no longer part of Sigma.",
        "Write a correlation: a document of its own with `correlation:` that refers to this rule by its name.",
      );
    }
    if (!/^[\p{L}\p{N}_.*()@:-]+$/u.test(found)) {
      throw wrong(
        at,
        "condition-syntax",
        `'${found}' can't be part of a condition.`,
        "Conditions hold names, and, or, not, of and brackets.",
      );
    }
    const lower = found.toLowerCase();
    const isWord = words.has(lower);
    if (isWord && lower !== found) {
      const message = `'${found}' is taken for '${lower}'.`;
      warnings.push({ at, code: "condition-case", message, advice: "Write it in lower case." });
    }
    tokens.push({ text: found, word: isWord ? lower : found, at });
  }
  return tokens;
}

function wrong(at: number, code: string, message: string, advice: string): Wrong {
  return new Wrong({ at, code, message, advice });
}
