import { z } from "zod";
import type { Actor, ChangeDoor } from "#access";
import { answerBytes, answerJson, route, type Route } from "#http";
import { refuse } from "../refusals.ts";
import { sourceName } from "../source-schema.ts";
import { redrive, type RedriveParts } from "./redrive.ts";

const letterId = z.string().regex(/^[\w-]{1,80}$/);
const code = z.string().regex(/^[a-z0-9-]{1,60}$/);
const letterSchema = z.object({
  id: letterId,
  source: z.string(),
  received: z.int().describe("Milliseconds since 1970-01-01T00:00:00Z."),
  code: z.string().describe("Why it could not be read; stable."),
  message: z.string(),
  format: z.string().describe("How its delivery was read."),
  size: z.int().describe("Bytes that were kept."),
});
/** Where a page ended: `RECEIVED.ID`. */
const cursor = z.string().regex(/^\d{1,15}\.[\w-]{1,80}$/);
const filter = { source: sourceName.optional(), code: code.optional() };
const own = route<Actor>();

/** How people see records that could not be read, try them again and forget them. */
export function letterRoutes(parts: RedriveParts & { readonly change: ChangeDoor }): Route<Actor>[] {
  const { letters, change } = parts;
  return [
    own({
      method: "GET",
      path: "/api/dead-letters",
      id: "list-dead-letters",
      says: "Lists records that could not be read, newest first; `before` goes on from a page's `next`.",
      admits: { permission: "dead-letters.read" },
      query: z.object({
        ...filter,
        before: cursor.optional(),
        limit: z.coerce.number().int().min(1).max(500).default(100),
      }),
      answers: {
        200: {
          says: "The letters.",
          json: z.object({
            letters: z.array(letterSchema),
            next: cursor.optional(),
            counts: z
              .array(z.object({ source: z.string(), code: z.string(), count: z.int() }))
              .describe("Of all letters, whatever is asked for."),
          }),
        },
      },
      async handle({ query: { before, ...query }, signal }) {
        const [received = "", id = ""] = before?.split(/\.(.*)/) ?? [];
        const page = await letters.list(
          { ...query, before: before ? { received: Number(received), id } : undefined },
          signal,
        );
        const last = page.at(-1);
        return answerJson({
          letters: page,
          ...(last && page.length === query.limit ? { next: `${last.received}.${last.id}` } : {}),
          counts: await letters.counts(signal),
        });
      },
    }),
    own({
      method: "GET",
      path: "/api/dead-letters/{id}/bytes",
      id: "get-dead-letter",
      says: "Gives a dead letter's bytes as they came.",
      admits: { permission: "dead-letters.read" },
      params: z.object({ id: letterId }),
      answers: { 200: { says: "The bytes.", type: "application/octet-stream" } },
      async handle({ params: { id }, signal }) {
        const found = await letters.open(id, signal);
        if (!found) throw refuse("no-such-letter");
        // Somebody else's bytes: never shown as a page of ours.
        return answerBytes(found.bytes, "application/octet-stream", {
          "content-disposition": `attachment; filename="${id}.bin"`,
        });
      },
    }),
    own({
      method: "POST",
      path: "/api/dead-letters/redrive",
      id: "redrive-dead-letters",
      says: "Tries dead letters again, newest first: what is readable now becomes events, the rest stays with what is said of it now.",
      admits: { permission: "dead-letters.manage" },
      body: z.object({ ...filter, limit: z.int().min(1).max(10_000).default(1_000) }),
      timeout: 300_000,
      answers: {
        200: {
          says: "What became of them.",
          json: z.object({ tried: z.int(), accepted: z.int(), rejected: z.int() }),
        },
      },
      async handle(asked) {
        await change(
          asked.caller,
          "dead-letters.manage",
          async (one) => one.audit("dead-letters", { does: "redrive", ...asked.body }),
          asked,
        );
        return answerJson(await redrive(parts, asked.body, asked.signal));
      },
    }),
    own({
      method: "DELETE",
      path: "/api/dead-letters/{id}",
      id: "forget-dead-letter",
      says: "Forgets a dead letter and its bytes.",
      admits: { permission: "dead-letters.manage" },
      params: z.object({ id: letterId }),
      answers: { 204: { says: "Forgotten." } },
      async handle(asked) {
        const { id } = asked.params;
        if (!(await letters.open(id, asked.signal))) throw refuse("no-such-letter");
        await change(
          asked.caller,
          "dead-letters.manage",
          async (one) => one.audit(`dead-letter:${id}`, { does: "forget" }),
          asked,
        );
        await letters.forget([id], asked.signal);
        return new Response(null, { status: 204 });
      },
    }),
    own({
      method: "POST",
      path: "/api/dead-letters/forget",
      id: "forget-dead-letters",
      says: "Forgets dead letters of a source, of a code, or both; up to 10,000 at once.",
      admits: { permission: "dead-letters.manage" },
      body: z
        .object(filter)
        .refine(
          ({ source, code: why }) => source !== undefined || why !== undefined,
          "Name a source, a code, or both.",
        ),
      answers: { 200: { says: "How many are gone.", json: z.object({ forgotten: z.int() }) } },
      async handle(asked) {
        await change(
          asked.caller,
          "dead-letters.manage",
          async (one) => one.audit("dead-letters", { does: "forget", ...asked.body }),
          asked,
        );
        let forgotten = 0;
        while (forgotten < 10_000) {
          const page = await letters.list({ ...asked.body, limit: 500 }, asked.signal);
          if (page.length === 0) break;
          await letters.forget(
            page.map(({ id }) => id),
            asked.signal,
          );
          forgotten += page.length;
        }
        return answerJson({ forgotten });
      },
    }),
  ];
}
