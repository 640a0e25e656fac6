import { Refusal } from "#kernel";
import { z } from "zod";
import { refuse } from "./refusals.ts";

/** RFC 9457, with members of our own after `detail`. */
export const problemSchema = z.object({
  type: z.string().describe("Stable for ever: what clients may branch on."),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe("For people; its wording may change."),
  code: z.string().describe("`room/code`, the last part of the type."),
  requestId: z.string().describe("Finds the request in the log."),
  incident: z.string().optional().describe("Only on faults of ours: finds the error in the log."),
  errors: z
    .array(z.object({ path: z.string(), says: z.string() }))
    .optional()
    .describe("What does not fit, and where."),
});
export type Problem = z.output<typeof problemSchema>;

/** A request that does not have its route's shape. */
export class ShapeRefusal extends Error {
  override readonly name = "ShapeRefusal";
  readonly errors: readonly { readonly path: string; readonly says: string }[];

  constructor(part: string, error: z.ZodError) {
    super("the request does not have the shape of its route");
    this.errors = error.issues.map(({ path, message }) => ({
      path: [part, ...path.map(String)].join("."),
      says: message,
    }));
  }
}

/** The problem that tells a caller about a refusal, or as much of a fault as is theirs to know. */
export function problemOf(error: unknown, requestId: string, incident: () => string): Problem {
  if (error instanceof ShapeRefusal) {
    return { ...problemOf(refuse("bad-request"), requestId, incident), errors: [...error.errors] };
  }
  if (error instanceof Refusal) {
    const { code, status, message } = error;
    return { type: typeOf(code), title: titleOf(code), status, detail: message, code, requestId };
  }
  return {
    type: typeOf("http/fault"),
    title: "Fault",
    status: 500,
    detail: "Something went wrong on our side. Whoever runs this server finds it in the log by the incident.",
    code: "http/fault",
    requestId,
    incident: incident(),
  };
}

function typeOf(code: string): string {
  return `urn:problem-type:meridian:${code.replace("/", ":")}`;
}

/** `access/link-used` → `Link used`. */
function titleOf(code: string): string {
  const words = code.slice(code.indexOf("/") + 1).replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
