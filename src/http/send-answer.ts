import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { WholeAnswer } from "./answer.ts";

/**
 * An answer with headers added where it has none of that name, for the server to send; or, where its whole body is known
 * and Node's own response is at hand, sent already: to pull a body out of a stream again costs more than all else does.
 */
export function sendAnswer(
  answer: Response,
  added: Readonly<Record<string, string>>,
  outgoing: ServerResponse | undefined,
): Response {
  if (outgoing && !outgoing.headersSent && (answer instanceof WholeAnswer || answer.body === null)) {
    const headers: OutgoingHttpHeaders = { ...added };
    for (const [name, value] of answer.headers) if (name !== "set-cookie") headers[name] = value;
    const cookies = answer.headers.getSetCookie();
    if (cookies.length > 0) headers["set-cookie"] = cookies;
    const body = answer instanceof WholeAnswer ? answer.whole : undefined;
    if (body !== undefined) headers["content-length"] = Buffer.byteLength(body);
    outgoing.writeHead(answer.status, headers).end(body);
    return RESPONSE_ALREADY_SENT;
  }
  // A fresh one: headers of a Response may be immutable.
  const fresh = new Response(answer.body, answer);
  for (const [name, value] of Object.entries(added)) if (!fresh.headers.has(name)) fresh.headers.set(name, value);
  return fresh;
}
