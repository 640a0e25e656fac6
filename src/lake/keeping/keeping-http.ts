import { z } from "zod";
import type { Actor } from "#access";
import { answerJson, route, type Route } from "#http";
import { refuse } from "../refusals.ts";
import {
  countsSchema,
  erasureId,
  erasureSchema,
  erasureWish,
  holdId,
  holdSchema,
  holdWish,
  retentionId,
  retentionSchema,
  retentionWish,
  subjectSchema,
} from "./contract.ts";
import { beginErasure, countSubject, type RunningErasures } from "./erase.ts";
import type { KeepingParts } from "./keeping-parts.ts";
import { addHold, endRetention, erasures, holds, liftHold, retentionRules, setRetention } from "./keeping-store.ts";

const own = route<Actor>();

export function keepingRoutes(parts: KeepingParts, running: RunningErasures): Route<Actor>[] {
  return [...retentionRoutes(parts), ...holdRoutes(parts), ...erasureRoutes(parts, running)];
}

function retentionRoutes({ read, change }: KeepingParts): Route<Actor>[] {
  return [
    own({
      method: "GET",
      path: "/api/lake/retention",
      id: "list-retention",
      says: "Lists how long events, findings and dead letters are kept; what no rule names is kept for ever.",
      admits: { permission: "retention.read" },
      answers: { 200: { says: "The rules.", json: z.object({ rules: z.array(retentionSchema) }) } },
      handle: async () =>
        answerJson({
          rules: (await retentionRules(read)).map(({ class: of, set_at, set_by, ...rule }) => ({
            ...rule,
            ...(of !== -1 && { class: of }),
            setAt: set_at,
            setBy: set_by,
          })),
        }),
    }),
    own({
      method: "POST",
      path: "/api/lake/retention",
      id: "set-retention",
      says: "Says how long to keep what a source and a class name; takes the place of what was said of the same.",
      admits: { permission: "retention.manage" },
      body: retentionWish,
      answers: { 201: { says: "Said.", json: z.object({ id: retentionId }) } },
      async handle(asked) {
        const { class: of = -1, ...wish } = asked.body;
        const id = await change(
          asked.caller,
          "retention.manage",
          async ({ tx, actor, at, newId, audit }) => {
            const made = newId("retention");
            await setRetention(tx, { id: made, ...wish, class: of, set_at: at, set_by: actor.id ?? "" });
            audit(made, { ...wish, class: of });
            return made;
          },
          asked,
        );
        return answerJson({ id }, 201);
      },
    }),
    own({
      method: "DELETE",
      path: "/api/lake/retention/{id}",
      id: "end-retention",
      says: "Takes a rule back: what it named is kept as the other rules say, for ever without one.",
      admits: { permission: "retention.manage" },
      params: z.object({ id: retentionId }),
      answers: { 204: { says: "Taken back." } },
      async handle(asked) {
        const { id } = asked.params;
        await change(
          asked.caller,
          "retention.manage",
          async ({ tx, audit }) => {
            const ended = await endRetention(tx, id);
            if (!ended) throw refuse("no-such-rule", { id });
            audit(id, { ended });
          },
          asked,
        );
        return new Response(null, { status: 204 });
      },
    }),
  ];
}

function holdRoutes({ read, change, turn }: KeepingParts): Route<Actor>[] {
  return [
    own({
      method: "GET",
      path: "/api/lake/holds",
      id: "list-holds",
      says: "Lists what is held and may be neither forgotten nor erased, newest first.",
      admits: { permission: "holds.read" },
      query: z.object({ lifted: z.enum(["true", "false"]).default("false") }),
      answers: { 200: { says: "The holds.", json: z.object({ holds: z.array(holdSchema) }) } },
      handle: async ({ query }) =>
        answerJson({
          holds: (await holds(read, query.lifted === "true")).map((hold) => ({
            id: hold.id,
            reason: hold.reason,
            owner: hold.owner,
            source: hold.source,
            host: hold.host,
            user: hold.user,
            ...(hold.from_time !== null && { from: hold.from_time }),
            ...(hold.to_time !== null && { to: hold.to_time }),
            placedAt: hold.placed_at,
            placedBy: hold.placed_by,
            ...(hold.lifted_at !== null && { liftedAt: hold.lifted_at }),
            ...(hold.lifted_by !== null && { liftedBy: hold.lifted_by }),
          })),
        }),
    }),
    own({
      method: "POST",
      path: "/api/lake/holds",
      id: "place-hold",
      says: "Holds what matches for a case: all that is given has to hold. Answered once nothing under way can forget it.",
      admits: { permission: "holds.manage" },
      body: holdWish,
      answers: { 201: { says: "Held.", json: z.object({ id: holdId }) } },
      async handle(asked) {
        const { from, to, ...wish } = asked.body;
        const place = () =>
          change(
            asked.caller,
            "holds.manage",
            async ({ tx, actor, at, newId, audit }) => {
              const made = newId("hold");
              await addHold(tx, {
                id: made,
                ...wish,
                from_time: (from ?? null) as never,
                to_time: (to ?? null) as never,
                placed_at: at,
                placed_by: actor.id ?? "",
                lifted_at: null,
                lifted_by: null,
              });
              audit(made, { ...asked.body });
              return made;
            },
            asked,
          );
        return answerJson({ id: await turn.take(place) }, 201);
      },
    }),
    own({
      method: "DELETE",
      path: "/api/lake/holds/{id}",
      id: "lift-hold",
      says: "Lifts a hold; what it held is forgotten as rules say. It stays in the list of lifted ones.",
      admits: { permission: "holds.manage" },
      params: z.object({ id: holdId }),
      answers: { 204: { says: "Lifted." } },
      async handle(asked) {
        const { id } = asked.params;
        await change(
          asked.caller,
          "holds.manage",
          async ({ tx, actor, at, audit }) => {
            if (!(await liftHold(tx, id, { lifted_at: at, lifted_by: actor.id ?? "" })))
              throw refuse("no-such-hold", { id });
            audit(id);
          },
          asked,
        );
        return new Response(null, { status: 204 });
      },
    }),
  ];
}

function erasureRoutes(parts: KeepingParts, running: RunningErasures): Route<Actor>[] {
  return [
    own({
      method: "POST",
      path: "/api/lake/erasures/count",
      id: "count-erasure",
      says: "Counts what an erasure would take and what holds would keep from it. Changes nothing.",
      admits: { permission: "erasure.read" },
      body: subjectSchema,
      timeout: 600_000,
      answers: { 200: { says: "Rows, by table.", json: z.object({ counts: countsSchema }) } },
      handle: async ({ body: { kind, subject } }) =>
        answerJson({ counts: await countSubject(parts, { kind, value: subject }) }),
    }),
    own({
      method: "POST",
      path: "/api/lake/erasures",
      id: "begin-erasure",
      says: "Erases all events, findings and dead letters that name the subject, but for what is held.",
      admits: { permission: "erasure.manage" },
      body: erasureWish,
      timeout: 600_000,
      answers: { 202: { says: "Begun.", json: z.object({ id: erasureId }) } },
      async handle(asked) {
        const { kind, subject: value, reason } = asked.body;
        const id = await beginErasure(parts, running, asked.caller, { kind, value, reason }, asked);
        return answerJson({ id }, 202);
      },
    }),
    own({
      method: "GET",
      path: "/api/lake/erasures",
      id: "list-erasures",
      says: "Lists erasures and how far they are, newest first.",
      admits: { permission: "erasure.read" },
      answers: { 200: { says: "The erasures.", json: z.object({ erasures: z.array(erasureSchema) }) } },
      handle: async () =>
        answerJson({
          erasures: (await erasures(parts.read)).map(({ asked_at, asked_by, ended_at, subject, counts, ...row }) => {
            const progress = running.progressOf(row.id);
            return {
              ...row,
              ...(subject !== null && { subject }),
              askedAt: asked_at,
              askedBy: asked_by,
              ...(ended_at !== null && { endedAt: ended_at }),
              counts: JSON.parse(counts) as unknown,
              ...(progress !== undefined && { progress }),
            };
          }),
        }),
    }),
  ];
}
