import { z } from "zod";
import type { Actor } from "#access";
import { answerJson, route, type Route } from "#http";
import { idOf, instant } from "../contract.ts";
import type { WatchParts } from "../http.ts";
import { refuse } from "../refusals.ts";
import type { Hunt } from "./hunts.ts";
import { listRow } from "./store.ts";

const own = route<Actor>();

const huntSchema = z.object({
  id: z.string(),
  list: z.string(),
  from: instant,
  to: instant,
  by: z.string(),
  state: z.enum(["waiting", "running", "done", "failed"]),
  why: z.string(),
  upTo: instant.describe("Events before it have been looked through."),
  found: z.int().describe("Events that hold an indicator; those that had a finding already are among them."),
  startedAt: instant,
  endedAt: instant.optional(),
});

export function huntRoutes({ read, change, hunts }: WatchParts): Route<Actor>[] {
  return [
    own({
      method: "POST",
      path: "/api/indicators/lists/{id}/hunt",
      id: "hunt-for-list",
      says: "Looks through history for a list's indicators, in the background. What it finds raises alerts, once.",
      admits: { permission: "indicators.hunt" },
      params: z.object({ id: idOf("indicator-list") }),
      body: z.object({ from: instant.optional(), to: instant.optional() }),
      answers: { 202: { says: "It waits for its turn, or runs.", json: huntSchema } },
      async handle(asked) {
        const list = await listRow(read, asked.params.id);
        if (!list) throw refuse("no-such-indicator-list");
        const { from, to } = asked.body;
        const { id, by } = await change(
          asked.caller,
          "indicators.hunt",
          async ({ newId, actor, audit, announce }) => {
            const made = { id: newId("hunt"), by: actor.id ?? "" };
            announce("hunt.begun", { hunt: made.id, list: list.id, by: made.by });
            audit(list.id, { hunt: made.id, from: from ?? null, to: to ?? null });
            return made;
          },
          asked,
        );
        return answerJson(answerOf(await hunts.begin({ id, list, from, to, by })), 202);
      },
    }),
    own({
      method: "GET",
      path: "/api/indicators/hunts",
      id: "list-hunts",
      says: "Lists hunts since this process started, newest first.",
      admits: { permission: "indicators.read" },
      answers: { 200: { says: "The hunts.", json: z.object({ hunts: z.array(huntSchema) }) } },
      handle: () => answerJson({ hunts: hunts.all.map(answerOf) }),
    }),
  ];
}

function answerOf(one: Hunt): z.output<typeof huntSchema> {
  return { ...one };
}
