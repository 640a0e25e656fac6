import { answerJson } from "#http";
import type { QueryProblem } from "./language/ast.ts";

/** What is wrong with a search's text, as an RFC 9457 problem that has its place. */
export function answerQueryProblem(
  { code, at, length, says, expected, suggestion }: QueryProblem,
  requestId: string,
): Response {
  const name = `search-${code}`;
  return answerJson(
    {
      type: `urn:problem-type:meridian:lake:${name}`,
      title: titles[code],
      status: 422,
      detail: says,
      code: `lake/${name}`,
      requestId,
      at,
      length,
      ...(expected ? { expected } : {}),
      ...(suggestion === undefined ? {} : { suggestion }),
    },
    422,
    { "content-type": "application/problem+json" },
  );
}

const titles: Readonly<Record<QueryProblem["code"], string>> = {
  syntax: "Search cannot be read",
  "too-large": "Search is too large",
  field: "Search names a field that is not there",
  value: "Search asks a field what it does not hold",
};
