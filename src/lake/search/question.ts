import { fail, ok, type Result } from "#kernel";
import type { AskedSearch } from "./contract.ts";
import type { Query, QueryProblem } from "./language/ast.ts";
import { parseQuery } from "./language/parse-query.ts";
import { readTime } from "./language/read-time.ts";

/** A search that has been read, with the time that it is about. Milliseconds since 1970; `to` is not included. */
export interface Question {
  readonly text: string;
  readonly query: Query;
  readonly from: number;
  readonly to: number;
  readonly now: number;
}

export function readQuestion(asked: AskedSearch, now: number): Result<Question, QueryProblem> {
  const read = parseQuery(asked.query, asked.in);
  if (!read.ok) return read;
  const to = asked.to === undefined ? now + 60_000 : readTime(asked.to, now);
  const from = asked.from === undefined ? (to ?? now) - 86_400_000 : readTime(asked.from, now);
  if (to === undefined || from === undefined)
    return fail({ code: "value", at: 0, length: 0, says: "The search's time lies beyond what can be stored." });
  return ok({ text: asked.query, query: read.value, from, to: Math.max(from, to), now });
}
