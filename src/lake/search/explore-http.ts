import { z } from "zod";
import type { Actor } from "#access";
import { answerJson, route, type Route } from "#http";
import { answerQueryProblem } from "./answer-query-problem.ts";
import { complete, completionsSchema } from "./complete.ts";
import { askedSchema } from "./contract.ts";
import { fieldStatistics, statisticsSchema } from "./field-statistics.ts";
import { queryBounds } from "./language/ast.ts";
import { pivot, pivotNames, pivotSchema } from "./pivot.ts";
import { readQuestion } from "./question.ts";
import { badQuery } from "./search-http.ts";
import type { SearchParts } from "./search-parts.ts";

const own = route<Actor>();

/** What helps to write a search and to go on from what it found. */
export function exploreRoutes({ runner, clock, running, monotonic }: SearchParts): Route<Actor>[] {
  return [
    own({
      method: "POST",
      path: "/api/search/fields",
      id: "count-field-values",
      says: "What fields hold in the newest rows that a search finds: how many have a value, which values are most frequent.",
      admits: { permission: "search.run" },
      body: askedSchema.extend({
        sample: z.int().min(1).max(100_000).default(10_000),
        top: z.int().min(1).max(50).default(10),
      }),
      answers: { 200: { says: "The figures, with what they are of.", json: statisticsSchema }, ...badQuery },
      async handle({ body, caller, signal, requestId }) {
        const question = readQuestion(body, clock.now());
        if (!question.ok) return answerQueryProblem(question.error, requestId);
        using _ = running.begin(caller.id ?? "");
        const began = monotonic();
        const found = await fieldStatistics(runner, question.value, { ...body, signal });
        if (!found.ok) return answerQueryProblem(found.error, requestId);
        return answerJson({ ...found.value, took: Math.round(monotonic() - began) });
      },
    }),
    own({
      method: "POST",
      path: "/api/search/complete",
      id: "complete-search",
      says: "What may stand at a place in a search: fields, values, steps, from what the newest rows hold.",
      admits: { permission: "search.run" },
      body: askedSchema.extend({
        at: z.int().min(0).max(queryBounds.length).describe("The caret, in UTF-16 units from the start."),
      }),
      answers: { 200: { says: "The completions, likeliest first.", json: completionsSchema } },
      async handle({ body, caller, signal }) {
        using _ = running.begin(caller.id ?? "");
        const { value } = readQuestion({ ...body, query: "" }, clock.now()) as Extract<
          ReturnType<typeof readQuestion>,
          { ok: true }
        >;
        const { from, to } = value;
        return answerJson(await complete(runner, { query: body.query, at: body.at, in: body.in, from, to, signal }));
      },
    }),
    own({
      method: "GET",
      path: "/api/pivot/{field}/{value}",
      id: "pivot-on-value",
      says: "Everything about one host, user, address, hash, domain or site: when it was seen, where, with what, and what rules found.",
      admits: { permission: "search.run" },
      params: z.object({ field: z.enum(pivotNames), value: z.string().min(1).max(1_000) }),
      query: askedSchema.pick({ from: true, to: true }),
      answers: { 200: { says: "What is known of it.", json: pivotSchema } },
      async handle({ params, query, caller, signal }) {
        using _ = running.begin(caller.id ?? "");
        const now = clock.now();
        const asked = readQuestion(
          { query: "", in: "events", from: query.from ?? "-30d", to: query.to },
          now,
        ) as Extract<ReturnType<typeof readQuestion>, { ok: true }>;
        const began = monotonic();
        const found = await pivot(runner, { ...params, ...asked.value, signal });
        return answerJson({ ...found, took: Math.round(monotonic() - began) });
      },
    }),
  ];
}
