import { z } from "zod";
import type { Actor } from "#access";
import { answerJson, route, type Route } from "#http";
import { formatInstant, instant } from "#kernel";
import { answerQueryProblem } from "./answer-query-problem.ts";
import { askedSchema, eventSchema, foundSchema, queryProblemSchema } from "./contract.ts";
import { findPage, named } from "./find-page.ts";
import { histogram, histogramSchema } from "./histogram.ts";
import { readQuestion } from "./question.ts";
import { refuse } from "../refusals.ts";
import { columnsSql } from "./row-columns.ts";
import type { SearchParts } from "./search-parts.ts";

const own = route<Actor>();

export const badQuery = {
  422: { says: "The search cannot be read, with the place of what is wrong.", json: queryProblemSchema },
};

export function searchRoutes(parts: SearchParts): Route<Actor>[] {
  const { runner, clock, running, monotonic } = parts;
  return [
    own({
      method: "POST",
      path: "/api/search",
      id: "search-events",
      says: "Finds events or findings, newest first, or makes a table of them; `cursor` goes on from a page's `cursor`.",
      admits: { permission: "search.run" },
      body: askedSchema.extend({
        limit: z.int().min(1).max(1_000).default(100),
        cursor: z.string().max(200).optional(),
      }),
      answers: { 200: { says: "What was found.", json: foundSchema }, ...badQuery },
      async handle({ body, caller, signal, requestId, log }) {
        const question = readQuestion(body, clock.now());
        if (!question.ok) return answerQueryProblem(question.error, requestId);
        using _ = running.begin(caller.id ?? "");
        const began = monotonic();
        const found = await findPage(runner, question.value, { ...body, signal });
        if (!found.ok) return answerQueryProblem(found.error, requestId);
        const took = Math.round(monotonic() - began);
        const { from, to } = question.value;
        log.info("searched", { caller: caller.id, query: body.query, in: body.in, from, to, took });
        return answerJson({ ...found.value, range: { from: spellTime(from), to: spellTime(to) }, took });
      },
    }),
    own({
      method: "POST",
      path: "/api/search/histogram",
      id: "count-events-by-time",
      says: "Counts what a search finds over time, in spans that people think in.",
      admits: { permission: "search.run" },
      body: askedSchema.extend({ bars: z.int().min(1).max(1_000).default(60) }),
      answers: { 200: { says: "The counts.", json: histogramSchema }, ...badQuery },
      async handle({ body, caller, signal, requestId }) {
        const question = readQuestion(body, clock.now());
        if (!question.ok) return answerQueryProblem(question.error, requestId);
        using _ = running.begin(caller.id ?? "");
        const began = monotonic();
        const counted = await histogram(runner, question.value, { bars: body.bars, signal });
        if (!counted.ok) return answerQueryProblem(counted.error, requestId);
        return answerJson({ ...counted.value, took: Math.round(monotonic() - began) });
      },
    }),
    own({
      method: "GET",
      path: "/api/events/{uid}",
      id: "read-event",
      says: "Gives one event by its uid.",
      admits: { permission: "search.run" },
      params: z.object({ uid: z.string().regex(/^[0-9a-fA-F]{32}$/) }),
      answers: { 200: { says: "The event.", json: eventSchema } },
      async handle({ params, caller, signal }) {
        using _ = running.begin(caller.id ?? "");
        const rows = await runner.rows<object>({
          sql: `SELECT ${columnsSql("events")} FROM events WHERE uid = {uid:String} LIMIT 1`,
          parameters: { uid: params.uid.toLowerCase() },
          rowsGiven: 1,
          signal,
        });
        const [event] = named("events", rows).events ?? [];
        if (!event) throw refuse("no-such-event");
        return answerJson(event);
      },
    }),
  ];
}

export function spellTime(milliseconds: number): string {
  return formatInstant(instant(milliseconds));
}
