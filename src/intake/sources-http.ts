import { z } from "zod";
import type { Actor, Change, ChangeDoor } from "#access";
import { answerJson, type Asked, route, type Route } from "#http";
import type { Desk } from "./desk.ts";
import { refuse } from "./refusals.ts";
import { type SourceAnswer, type SourceHealth, sourceName, sourceSchema, sourceWishSchema } from "./source-schema.ts";
import type { Sources } from "./sources.ts";
import type { SourceRecord } from "./store.ts";
import { changeSource } from "./verbs/change-source.ts";
import { forgetSource } from "./verbs/forget-source.ts";
import { makeSource } from "./verbs/make-source.ts";

export interface SourceRouteParts {
  readonly sources: Sources;
  readonly desk: Desk;
  readonly change: ChangeDoor;
  readonly healthOf: (source: string) => SourceHealth;
}

const own = route<Actor>();
const named = z.object({ name: sourceName });

/** How people see, make, change and forget sources. */
export function sourceRoutes({ sources, desk, change, healthOf }: SourceRouteParts): Route<Actor>[] {
  const answerOf = (source: SourceRecord): SourceAnswer => ({
    ...source,
    ...desk.tally(source.name),
    health: healthOf(source.name),
  });
  const find = async (name: string) => {
    await sources.refresh();
    const source = sources.get(name);
    if (!source) throw refuse("no-such-source", { source: name });
    return source;
  };
  const manage = async (asked: Asked<Actor, unknown, unknown, unknown>, work: (one: Change) => Promise<void>) => {
    await change(asked.caller, "sources.manage", work, asked);
    await sources.refresh();
  };
  return [
    own({
      method: "GET",
      path: "/api/sources",
      id: "list-sources",
      says: "Lists the sources of events with what is known of their health, by name.",
      admits: { permission: "sources.read" },
      answers: { 200: { says: "The sources.", json: z.object({ sources: z.array(sourceSchema) }) } },
      handle: async () => answerJson({ sources: (await sources.all()).map(answerOf) }),
    }),
    own({
      method: "GET",
      path: "/api/sources/{name}",
      id: "get-source",
      says: "Gives one source, with the proof of ownership that Logpush wrote to it, if one did.",
      admits: { permission: "sources.read" },
      params: named,
      answers: { 200: { says: "The source.", json: sourceSchema } },
      handle: async ({ params }) => answerJson(answerOf(await find(params.name))),
    }),
    own({
      method: "POST",
      path: "/api/sources",
      id: "make-source",
      says: "Makes a source; one that a token is of is made by its first delivery, too.",
      admits: { permission: "sources.manage" },
      body: sourceWishSchema.extend({ name: sourceName }),
      answers: { 201: { says: "Made.", json: sourceSchema } },
      async handle(asked) {
        const { name, ...wish } = asked.body;
        await manage(asked, (one) => makeSource(one, name, wish));
        return answerJson(answerOf(await find(name)), 201);
      },
    }),
    own({
      method: "PUT",
      path: "/api/sources/{name}",
      id: "change-source",
      says: "Replaces what is said of a source; what is left out goes back to its default.",
      admits: { permission: "sources.manage" },
      params: named,
      body: sourceWishSchema,
      answers: { 200: { says: "Changed.", json: sourceSchema } },
      async handle(asked) {
        await manage(asked, (one) => changeSource(one, asked.params.name, asked.body));
        return answerJson(answerOf(await find(asked.params.name)));
      },
    }),
    own({
      method: "DELETE",
      path: "/api/sources/{name}",
      id: "forget-source",
      says: "Forgets what is said of a source; its events stay, and a token of it that still sends makes it anew.",
      admits: { permission: "sources.manage" },
      params: named,
      answers: { 204: { says: "Forgotten." } },
      async handle(asked) {
        await manage(asked, (one) => forgetSource(one, asked.params.name));
        return new Response(null, { status: 204 });
      },
    }),
  ];
}
