import type { IncomingMessage } from "node:http";
import { byteBody } from "./byte-body.ts";
import { refuse } from "./refusals.ts";

const types = { json: "application/json", form: "application/x-www-form-urlencoded" } as const;

/** The body as plain data, for its schema to check. Never holds more than `limit` bytes. Throws refusals. */
export async function readBody(
  request: Request,
  incoming: IncomingMessage | undefined,
  kind: keyof typeof types,
  limit: number,
): Promise<unknown> {
  const type = types[kind];
  checkType(request, [type]);
  const bytes = await byteBody(request, incoming, limit).all();
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return kind === "json" ? (JSON.parse(text) as unknown) : Object.fromEntries(new URLSearchParams(text));
  } catch (error) {
    throw refuse("body-unreadable", { type }, error);
  }
}

/** Refuses a body of a type that is not one of these. */
export function checkType(request: Request, accepts: readonly string[]): void {
  const sent = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (!accepts.includes(sent)) throw refuse("body-type", { type: accepts.join(" or ") });
}
