import { z } from "zod";
import type { Actor } from "#access";
import { route, type Route } from "#http";
import { answerQueryProblem } from "./answer-query-problem.ts";
import { askedSchema } from "./contract.ts";
import { exportSearch } from "./export-search.ts";
import { compileQuery } from "./language/compile-query.ts";
import { readQuestion } from "./question.ts";
import { badQuery } from "./search-http.ts";
import type { SearchParts } from "./search-parts.ts";
import { streamSearch } from "./stream-search.ts";
import { tailSearch } from "./tail-search.ts";
import { RunningSearches } from "./running-searches.ts";

const own = route<Actor>();

/** A live tail ends after an hour: who still looks begins another. */
const tailTime = 3_600_000;
const exportTime = 900_000;
const exportTypes = { ndjson: "application/x-ndjson", csv: "text/csv; charset=utf-8" } as const;
const streamTime = 300_000;

/** Answers that go on: results as they are found, as they come in, or as a file. All end when the reader goes. */
export function streamRoutes(parts: SearchParts): Route<Actor>[] {
  const { runner, clock, running, monotonic, change } = parts;
  const tails = new RunningSearches(2);
  return [
    own({
      method: "POST",
      path: "/api/search/stream",
      id: "stream-search",
      says: "Searches from the newest time back and tells what it finds as it goes, a JSON object a line; closing ends it.",
      admits: { permission: "search.run" },
      streams: true,
      body: askedSchema.extend({
        limit: z.int().min(1).max(10_000).default(1_000),
        bars: z.int().min(1).max(1_000).default(60),
      }),
      answers: {
        200: { says: "`rows`, `bars`, `table`, `progress`, and `end` or `error`.", type: "application/x-ndjson" },
        ...badQuery,
      },
      async handle({ body, caller, signal, requestId }) {
        const question = readQuestion(body, clock.now());
        if (!question.ok) return answerQueryProblem(question.error, requestId);
        const held = running.begin(caller.id ?? "");
        const lines = streamSearch(runner, question.value, { ...body, signal, monotonic, time: streamTime });
        if (!lines.ok) held[Symbol.dispose]();
        if (!lines.ok) return answerQueryProblem(lines.error, requestId);
        return answerPieces(
          spelled(lines.value, (line) => `${JSON.stringify(line)}\n`),
          "application/x-ndjson",
          held,
        );
      },
    }),
    own({
      method: "GET",
      path: "/api/search/tail",
      id: "tail-search",
      says: "New events or findings that a search finds, as they come in: server-sent events `found`, each a list, for an hour at most.",
      admits: { permission: "search.run" },
      streams: true,
      query: askedSchema.pick({ query: true, in: true }),
      answers: { 200: { says: "Server-sent events.", type: "text/event-stream" }, ...badQuery },
      async handle({ query, caller, signal, requestId }) {
        const until = AbortSignal.any([signal, AbortSignal.timeout(tailTime)]);
        const held = tails.begin(caller.id ?? "");
        const found = tailSearch(runner, clock, { ...query, signal: until });
        if (!found.ok) held[Symbol.dispose]();
        if (!found.ok) return answerQueryProblem(found.error, requestId);
        // A comment now and then keeps proxies from taking silence for the end.
        const spell = ({ rows, more }: { rows: object; more: boolean }) =>
          Object.values(rows).flat().length === 0
            ? ":\n\n"
            : `event: found\ndata: ${JSON.stringify({ ...rows, more })}\n\n`;
        return answerPieces(spelled(found.value, spell), "text/event-stream", held);
      },
    }),
    own({
      method: "POST",
      path: "/api/search/export",
      id: "export-search",
      says: "What a search finds as a file, NDJSON or CSV; kept in the audit trail.",
      admits: { permission: "search.export" },
      streams: true,
      body: askedSchema.extend({
        format: z.enum(["ndjson", "csv"]).default("ndjson"),
        limit: z.int().min(1).max(1_000_000).default(100_000),
      }),
      answers: { 200: { says: "The file.", type: [exportTypes.ndjson, exportTypes.csv] }, ...badQuery },
      async handle(asked) {
        const { body, caller, signal, requestId } = asked;
        const question = readQuestion(body, clock.now());
        if (!question.ok) return answerQueryProblem(question.error, requestId);
        const { query, from, to } = question.value;
        const compiled = compileQuery(query, { ...question.value, most: body.limit });
        if (!compiled.ok) return answerQueryProblem(compiled.error, requestId);
        const held = running.begin(caller.id ?? "");
        try {
          const { format, limit } = body;
          await change(
            caller,
            "search.export",
            async ({ audit }) => audit("lake", { query: body.query, in: query.in, from, to, format, limit }),
            asked,
          );
        } catch (error) {
          held[Symbol.dispose]();
          throw error;
        }
        const pieces = exportSearch(runner, compiled.value, { ...body, seconds: exportTime / 1_000, signal });
        const answer = answerPieces(pieces, exportTypes[body.format], held);
        answer.headers.set("content-disposition", `attachment; filename="meridian-search.${body.format}"`);
        return answer;
      },
    }),
  ];
}

async function* spelled<T>(
  values: AsyncGenerator<T, void, undefined>,
  spell: (value: T) => string,
): AsyncGenerator<string, void, undefined> {
  for await (const value of values) yield spell(value);
}

/** Pieces at the reader's pace. What is held is let go at the end, however it comes. */
function answerPieces(pieces: AsyncGenerator<string, void, undefined>, type: string, held: Disposable): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const next = await pieces.next();
        if (!next.done) return controller.enqueue(encoder.encode(next.value));
        held[Symbol.dispose]();
        controller.close();
      } catch (error) {
        held[Symbol.dispose]();
        controller.error(error);
      }
    },
    async cancel() {
      held[Symbol.dispose]();
      await pieces.return(undefined);
    },
  });
  return new Response(body, { headers: { "content-type": type, "cache-control": "no-store" } });
}
