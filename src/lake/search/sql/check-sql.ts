import { fail, ok, type Result } from "#kernel";
import type { SqlToken } from "./read-sql.ts";

/** What the engine has that a question may use. */
export interface SqlWords {
  /** Lower case. */
  readonly functions: ReadonlySet<string>;
  /** Names of objects that may not be mentioned at all: databases, and tables that are not ours to show. Lower case. */
  readonly forbidden: ReadonlySet<string>;
}

/** The tables that may be asked. */
export const sqlTables = ["events", "findings", "dead_letters"] as const;

/**
 * Whether a question in SQL reads nothing but these tables, by allowed functions alone; else what it may not. One
 * SELECT, its tables named plainly after FROM and JOIN; table functions, other databases, SETTINGS, FORMAT and INTO are
 * refused. Some questions that would do no harm are refused as well.
 */
export function checkSql(tokens: readonly SqlToken[], { functions, forbidden }: SqlWords): Result<undefined, string> {
  const first = wordAt(tokens, 0);
  if (first !== "select" && first !== "with") return fail("A question begins with SELECT or WITH.");
  // The question is put into parentheses, which it must not close.
  if (!isBalanced(tokens)) return fail("A parenthesis is opened or closed without the other.");
  const ctes = new Set<string>();
  tokens.forEach((token, index) => {
    if (
      token.is === "word" &&
      wordAt(tokens, index + 1) === "as" &&
      signAt(tokens, index + 2) === "(" &&
      wordAt(tokens, index + 3) === "select"
    )
      ctes.add(token.text);
  });
  const isTable = (text: string) => (sqlTables as readonly string[]).includes(text) || ctes.has(text);

  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index]!;
    if (token.is !== "word") continue;
    const word = token.text.toLowerCase();
    const calls = signAt(tokens, index + 1) === "(";
    const member = signAt(tokens, index - 1) === ".";
    if (forbidden.has(word)) return fail(`${token.text} may not be asked.`);
    if (!token.quoted && refusedWords.has(word) && !(calls && word === "format"))
      return fail(`${token.text.toUpperCase()} is not allowed here.`);
    if (calls && !member && (token.quoted || !keywords.has(word)) && !functions.has(word))
      return fail(`The function ${token.text} is not allowed, or not known.`);
    if (calls && member) return fail(`The function ${token.text} is not allowed here.`);
    if (token.quoted) continue;
    const reads = (word === "from" || word === "join") && !isArrayJoin(tokens, index);
    if (reads || (word === "in" && tokens[index + 1]?.is === "word")) {
      const wrong = checkTables(tokens, index + 1, isTable);
      if (wrong !== undefined) return fail(wrong);
    }
  }
  return ok(undefined);
}

/** `FROM a, (SELECT …) AS b, c`: each of them, up to what is no comma. */
function checkTables(
  tokens: readonly SqlToken[],
  start: number,
  isTable: (text: string) => boolean,
): string | undefined {
  let index = start;
  while (true) {
    const token = tokens[index];
    if (token?.is === "sign" && token.text === "(") index = afterParenthesis(tokens, index);
    else if (
      token?.is === "word" &&
      isTable(token.text) &&
      signAt(tokens, index + 1) !== "(" &&
      signAt(tokens, index + 1) !== "."
    )
      index += 1;
    else return `After FROM and JOIN stands one of ${sqlTables.join(", ")}, or a question in parentheses.`;
    if (wordAt(tokens, index) === "as") index += 1;
    const alias = wordAt(tokens, index);
    if (alias !== undefined && !keywords.has(alias) && !clauses.has(alias)) index += 1;
    if (wordAt(tokens, index) === "final") index += 1;
    if (signAt(tokens, index) !== ",") return undefined;
    index += 1;
  }
}

function afterParenthesis(tokens: readonly SqlToken[], open: number): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index += 1) {
    if (signAt(tokens, index) === "(") depth += 1;
    if (signAt(tokens, index) === ")" && --depth === 0) return index + 1;
  }
  return tokens.length;
}

/** Behind `AS`, `array` is a name that was given to the table before. */
function isArrayJoin(tokens: readonly SqlToken[], index: number): boolean {
  return (
    wordAt(tokens, index) === "join" && wordAt(tokens, index - 1) === "array" && wordAt(tokens, index - 2) !== "as"
  );
}

function isBalanced(tokens: readonly SqlToken[]): boolean {
  const open: string[] = [];
  for (const token of tokens) {
    if (token.is !== "sign") continue;
    if (token.text === "(" || token.text === "[") open.push(token.text);
    else if (token.text === ")" && open.pop() !== "(") return false;
    else if (token.text === "]" && open.pop() !== "[") return false;
  }
  return open.length === 0;
}

function wordAt(tokens: readonly SqlToken[], index: number): string | undefined {
  const token = tokens[index];
  return token?.is === "word" && !token.quoted ? token.text.toLowerCase() : undefined;
}

function signAt(tokens: readonly SqlToken[], index: number): string | undefined {
  const token = tokens[index];
  return token?.is === "sign" ? token.text : undefined;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** Would change how the question is run, or where its answer goes. */
const refusedWords = words(
  "into outfile settings format parallel explain insert create alter drop system grant attach table describe show use set kill",
);

/** May stand before a parenthesis without being a function. */
const keywords = words(
  "select with as from where prewhere having qualify by on using and or not in between like ilike is null case when then else end over partition order group union all distinct except intersect interval limit offset exists any values join rows range",
);

/** May stand after a table, and are no alias of it. */
const clauses = words(
  "final sample where prewhere group order having limit offset union inner left right full cross outer semi anti asof global array join on using window settings format qualify except intersect",
);
