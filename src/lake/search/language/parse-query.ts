import { fail, ok, type Result } from "#kernel";
import { type Lookup, type Query, queryBounds, type QueryProblem, type Term } from "./ast.ts";
import { closest } from "./closest.ts";
import { Cursor, Unreadable } from "./cursor.ts";
import { literalOf } from "./glob.ts";
import { parsePipes } from "./parse-pipes.ts";
import { parseTerms } from "./parse-terms.ts";

/**
 * Reads a search: `host:lis01-* cmd:"curl *|* sh" | stats count by user`. Never throws, whatever the text; takes time in
 * proportion to its length, which is bounded (`queryBounds`).
 */
export function parseQuery(text: string, within: Lookup = "events"): Result<Query, QueryProblem> {
  if (text.length > queryBounds.length)
    return fail({
      code: "too-large",
      at: queryBounds.length,
      length: text.length - queryBounds.length,
      says: `A search has at most ${queryBounds.length} characters.`,
    });
  if (!text.isWellFormed())
    return fail({ code: "syntax", at: 0, length: text.length, says: "The search is not well-formed Unicode." });
  const cursor = new Cursor(text);
  try {
    cursor.skipSpace();
    const terms: Term = cursor.ended || cursor.peek() === "|" ? { is: "all" } : parseTerms(cursor);
    const pipes = parsePipes(cursor);
    cursor.skipSpace();
    if (!cursor.ended)
      cursor.fail(
        cursor.peek() === ")"
          ? { says: "This parenthesis was never opened." }
          : { says: `"${cursor.peek()}" is not expected here.`, expected: ["|", "the end"] },
      );
    return ok({ ...lookupOf(terms, within, cursor), pipes });
  } catch (error) {
    if (error instanceof Unreadable) return fail(error.problem);
    throw error;
  }
}

const lookups: Readonly<Record<string, Lookup>> = { events: "events", findings: "findings" };

/** `in:findings` among the outermost terms says what is searched, and is no condition. */
function lookupOf(terms: Term, within: Lookup, cursor: Cursor): { in: Lookup; where: Term } {
  const outer = terms.is === "and" ? terms.of : [terms];
  let found = within;
  const rest = outer.filter((term) => {
    if (term.is !== "field" || term.field.toLowerCase() !== "in" || term.test.is !== "words") return true;
    const word = literalOf(term.test.glob) ?? "";
    const lookup = Object.hasOwn(lookups, word.toLowerCase()) ? lookups[word.toLowerCase()] : undefined;
    if (lookup === undefined) {
      const suggestion = closest(word, Object.keys(lookups));
      cursor.fail({
        at: term.at,
        length: 3,
        says: "in: takes events or findings.",
        expected: Object.keys(lookups),
        ...(suggestion === undefined ? {} : { suggestion }),
      });
    }
    found = lookup;
    return false;
  });
  if (rest.length === 0) return { in: found, where: { is: "all" } };
  return { in: found, where: rest.length === 1 ? rest[0]! : { is: "and", of: rest } };
}
