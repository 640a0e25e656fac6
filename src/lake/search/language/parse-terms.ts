import { type Comparison, comparisons, queryBounds, type FieldTest, type Term } from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { type Glob, literalOf, readGlob } from "./glob.ts";

/** `or` of `and` of terms; the weakest binds last. Ends at `)`, `|` or the end. */
export function parseTerms(cursor: Cursor): Term {
  return parseOr(cursor, (inner) => parseTerm(inner));
}

type ReadOne = (cursor: Cursor) => Term;

function parseOr(cursor: Cursor, one: ReadOne): Term {
  const of = [parseAnd(cursor, one)];
  while (cursor.takeWord("or")) of.push(parseAnd(cursor, one));
  return joined("or", of);
}

function parseAnd(cursor: Cursor, one: ReadOne): Term {
  const of = [parseNot(cursor, one)];
  while (true) {
    if (cursor.takeWord("and")) of.push(parseNot(cursor, one));
    else if (atEnd(cursor) || looksAtOr(cursor)) return joined("and", of);
    else of.push(parseNot(cursor, one));
  }
}

function parseNot(cursor: Cursor, one: ReadOne): Term {
  cursor.skipSpace();
  if (cursor.takeWord("not") || cursor.match(/[-!](?=[^\s\-!])/y))
    return cursor.deeper(() => ({ is: "not", of: parseNot(cursor, one) }));
  return one(cursor);
}

function joined(is: "and" | "or", of: readonly Term[]): Term {
  const flat = of.flatMap((term) => (term.is === is ? term.of : [term]));
  return flat.length === 1 ? flat[0]! : { is, of: flat };
}

function atEnd(cursor: Cursor): boolean {
  cursor.skipSpace();
  return cursor.ended || cursor.peek() === ")" || cursor.peek() === "|";
}

function looksAtOr(cursor: Cursor): boolean {
  const { at } = cursor;
  const found = cursor.takeWord("or");
  cursor.at = at;
  return found;
}

function parseGroup(cursor: Cursor, one: ReadOne): Term {
  const open = cursor.at;
  cursor.at += 1;
  const inside = cursor.deeper(() => parseOr(cursor, one));
  if (!cursor.take(")"))
    cursor.fail({
      at: cursor.ended ? open : cursor.at,
      says: cursor.ended ? "This parenthesis is never closed." : `"${cursor.peek()}" stands where ")" would.`,
      expected: [")", "and", "or"],
    });
  return inside;
}

function parseTerm(cursor: Cursor): Term {
  cursor.skipSpace();
  if (cursor.peek() === "(") return parseGroup(cursor, parseTerm);
  const at = cursor.at;
  const field = cursor.looksAt(noField) ? undefined : cursor.match(fieldAndOperator);
  if (!field) {
    const glob = parseValue(cursor, 'a word, a "phrase" or field:value');
    return { is: "text", glob, at };
  }
  const [, name = "", quoted, operator = ""] = field;
  const fieldName = quoted === undefined ? name : quoted.replace(/\\(.)/gs, "$1");
  if (fieldName.length > mostName)
    cursor.fail({ at, code: "too-large", says: `A field's name has at most ${mostName} characters.` });
  return parseFieldTests(cursor, { field: fieldName, at }, operator.trim());
}

const mostName = 200;

/** What looks like a field and is none: an address with a scheme, a drive, IPv6, a MAC address. */
const noField = /[A-Za-z][\w+.-]*:\/\/|[A-Za-z]:[\\/]|[\dA-Fa-f]{0,4}:[\dA-Fa-f]{0,4}:/y;

/** A name, or one in quotes after `@`, and what is asked of it. Only comparisons may stand off. */
const fieldAndOperator = /(?:([A-Za-z_][\w.-]*)|@"((?:[^"\\]|\\.)*)")(:|\s*(?:!=|>=|<=|=|>|<))/y;

function parseFieldTests(cursor: Cursor, of: { field: string; at: number }, operator: string): Term {
  const term = (test: FieldTest): Term => ({ is: "field", ...of, test });
  // After `:` a comparison may follow, as in `severity:>3`.
  if (operator === ":") {
    const compared = cursor.match(/(>=|<=|>|<)/y);
    if (compared) return term({ is: "compare", by: compared[1] as Comparison, value: plain(cursor) });
    return parseTests(cursor, term);
  }
  cursor.skipSpace();
  if ((comparisons as readonly string[]).includes(operator))
    return term({ is: "compare", by: operator as Comparison, value: plain(cursor) });
  const equals = (inner: Cursor): Term => term({ is: "equals", glob: parseValue(inner, "a value") });
  const found = cursor.peek() === "(" ? parseGroup(cursor, valuesOf(equals)) : equals(cursor);
  return operator === "!=" ? { is: "not", of: found } : found;
}

/** What may stand after `field:`: a value, several in parentheses, a range, a regular expression. */
function parseTests(cursor: Cursor, term: (test: FieldTest) => Term): Term {
  cursor.skipSpace();
  if (cursor.peek() === "(")
    return parseGroup(
      cursor,
      valuesOf((inner) => parseTests(inner, term)),
    );
  const range = cursor.match(/\[\s*(\S+)\s+to\s+([^\s\]]+)\s*\]/iy);
  cursor.countTerm();
  if (range) return term({ is: "range", from: range[1]!, to: range[2]! });
  const regex = cursor.match(/\/((?:[^/\\\n]|\\.)+)\/(?=[\s)|]|$)/y);
  if (!regex) return term({ is: "words", glob: parseValue(cursor, "a value") });
  const source = regex[1]!.replace(/\\\//g, "/");
  if (source.length > queryBounds.regex)
    cursor.fail({ code: "too-large", says: `A regular expression has at most ${queryBounds.regex} characters.` });
  return term({ is: "regex", source });
}

/** Values within parentheses: no field of their own. */
function valuesOf(one: ReadOne): ReadOne {
  return (cursor) => {
    cursor.skipSpace();
    return cursor.peek() === "(" ? parseGroup(cursor, valuesOf(one)) : one(cursor);
  };
}

function plain(cursor: Cursor): string {
  cursor.skipSpace();
  const at = cursor.at;
  const text = literalOf(parseValue(cursor, "a number or a time"));
  if (text === undefined)
    cursor.fail({ at, says: "A comparison takes a value without wildcards.", expected: ["a number", "a time"] });
  return text;
}

/** A word, or text in double quotes. */
function parseValue(cursor: Cursor, expected: string): Glob {
  cursor.skipSpace();
  cursor.countTerm();
  if (cursor.peek() === '"') return readGlob(parseQuoted(cursor));
  const word = cursor.match(/(?:\\["*?\\]|[^\s()|"])+/y);
  if (word) return readGlob(word[0]);
  const says = cursor.ended
    ? `The search ends where ${expected} is expected.`
    : `"${cursor.peek()}" stands where ${expected} is expected.`;
  return cursor.fail({ says, expected: [expected] });
}

function parseQuoted(cursor: Cursor): string {
  const found = cursor.match(/"((?:[^"\\]|\\["*?\\]|\\(?!["*?\\]))*)"/y);
  if (!found) cursor.fail({ says: "This quote is never closed.", expected: ['"'], length: 1 });
  return found[1]!;
}
