import { Refusal } from "#kernel";
import { WholeAnswer } from "./answer.ts";
import { type Problem, problemOf } from "./problem.ts";

export interface ProblemOptions {
  /** Shown to browsers instead of JSON. */
  readonly problemPage: (problem: Problem) => string;
  /** Told of a fault; gives back its incident. */
  readonly onFault: (error: unknown) => string;
}

/** The answer to what was thrown: a problem as JSON, or a page for who prefers HTML. */
export function answerProblem(
  error: unknown,
  request: Request,
  requestId: string,
  { problemPage, onFault }: ProblemOptions,
): Response {
  const problem = problemOf(error, requestId, () => onFault(error));
  const html = prefersHtml(request);
  return new WholeAnswer(html ? problemPage(problem) : `${JSON.stringify(problem)}\n`, {
    status: problem.status,
    headers: {
      ...headersOf(error, problem.status),
      "content-type": html ? "text/html; charset=utf-8" : "application/problem+json",
    },
  });
}

/** What a refusal's details say to programs, in the headers that HTTP has for it. */
function headersOf(error: unknown, status: number): Record<string, string> {
  const { allow, retryAfter, challenge }: Refusal["details"] = error instanceof Refusal ? error.details : {};
  return {
    ...(allow === undefined ? {} : { allow: String(allow) }),
    ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }),
    // RFC 9110, section 11.6.1: a 401 says how one can be known.
    ...(status === 401 ? { "www-authenticate": String(challenge ?? 'Bearer realm="meridian"') } : {}),
  };
}

function prefersHtml(request: Request): boolean {
  const accept = request.headers.get("accept") ?? "";
  const html = accept.indexOf("text/html");
  const json = accept.search(/application\/(?:problem\+)?json/);
  return html >= 0 && (json < 0 || html < json);
}
