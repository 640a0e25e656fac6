import { z } from "zod";
import { type Actor, isIngestToken } from "#access";
import { answerJson, route, type Route } from "#http";
import { type FormatName, sniff } from "#ingest";
import type { Clock } from "#platform";
import type { MemoryBudget } from "../body/memory-budget.ts";
import { openBody } from "../body/open-body.ts";
import type { Desk } from "../desk.ts";
import { refuse } from "../refusals.ts";
import type { Sources } from "../sources.ts";
import { sourceName } from "../source-schema.ts";
import { challengeIn } from "./logpush.ts";
import { receiveBody } from "./receive-body.ts";

export interface DoorParts {
  readonly desk: Desk;
  readonly sources: Sources;
  readonly clock: Clock;
  readonly budget: MemoryBudget;
}

/** Packed bytes of one request. */
export const mostBodyBytes = 256 * 1024 * 1024;

/** Milliseconds that a whole request may take: a large body comes no faster than its events are stored. */
export const patience = 300_000;

export const takenSchema = z.object({
  accepted: z.int().describe("Records that are on disk and were asked of every rule; a retry's count again."),
  rejected: z.int().describe("Records that could not be read; they are kept as dead letters."),
  errors: z
    .array(
      z.object({
        index: z.int().describe("0-based number of the record in the body."),
        offset: z.int().describe("Bytes from the start of the unpacked body."),
        code: z.string(),
        message: z.string(),
      }),
    )
    .max(100)
    .describe("The first of the rejected."),
});

const own = route<Actor>();

/** Our own door, and Cloudflare Logpush's: a body of any format that we know, for the source that its token is of. */
export function ingestRoutes({ desk, sources, clock, budget }: DoorParts): Route<Actor>[] {
  return [
    own({
      method: "POST",
      path: "/api/ingest/{source}",
      id: "send-events",
      says: "Takes a source's events: NDJSON or any other known format, packed or not; answers once they are durable.",
      admits: { permission: "ingest.send" },
      params: z.object({ source: sourceName }),
      bodyType: "bytes",
      bodyLimit: mostBodyBytes,
      timeout: patience,
      quiet: true,
      answers: { 200: { says: "What became of them.", json: takenSchema } },
      async handle({ caller, params, body: bytes, request, signal }) {
        const name = ownSource(caller, params.source);
        const key = idempotencyKey(request.headers.get("idempotency-key"));
        const source = await desk.admit(name);
        await using body = await openBody(bytes, request.headers.get("content-encoding"), { signal, budget });
        const challenge = challengeIn(body.head);
        if (challenge !== undefined) {
          if (challenge !== "") await sources.keepChallenge(name, challenge);
          return answerJson({ accepted: 0, rejected: 0, errors: [] });
        }
        const format = formatOf(request.headers.get("content-type"), body.head);
        return answerJson(await receiveBody(body, { desk, clock, source, format, key, signal }));
      },
    }),
  ];
}

/** The source that a token is of, which has to be the one that its request names, if it names one. Throws refusals. */
export function ownSource(caller: Actor, named?: string): string {
  if (!isIngestToken(caller)) throw refuse("not-a-source");
  if (named !== undefined && caller.source !== named)
    throw refuse("other-source", { own: caller.source, source: named });
  return caller.source;
}

/**
 * NDJSON where the sender says so or the bytes begin as if they were, so that a broken record is told to the sender instead of being
 * taken for a line of text. Undefined: told by the bytes.
 */
function formatOf(type: string | null, head: Buffer): FormatName | undefined {
  const said = (type ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (/^application\/(?:x-ndjson|ndjson|jsonl|x-jsonlines|jsonlines)$/.test(said)) return "ndjson";
  const first = head.subarray(0, 100).toString("latin1").trimStart()[0];
  return first === "{" && sniff(head).format === "text" ? "ndjson" : undefined;
}

function idempotencyKey(header: string | null): string | undefined {
  if (header === null) return undefined;
  if (!/^[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?$/.test(header)) throw refuse("bad-key");
  return header;
}
