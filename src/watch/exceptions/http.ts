import { z } from "zod";
import type { Actor } from "#access";
import { instant as instantOf } from "#kernel";
import { answerJson, route, type Route } from "#http";
import { idOf, instant, line } from "../contract.ts";
import type { WatchParts } from "../http.ts";
import { refuse } from "../refusals.ts";
import { type Condition, readCondition } from "./read-condition.ts";
import {
  addException,
  addSuppression,
  endException,
  endSuppression,
  type ExceptionRow,
  exceptionRows,
  type SuppressionRow,
  suppressionRows,
} from "./store.ts";

const own = route<Actor>();

const value = z.union([z.string().max(4_000), z.number(), z.boolean(), z.null()]);
const selection = z.record(z.string().min(1).max(300), z.union([value, z.array(value).min(1).max(200)]));
const condition = z
  .union([selection, z.array(selection).min(1).max(50)])
  .describe("A Sigma selection: fields with modifiers, and values; a list of them where one is to hold.");

export const exceptionSchema = z.object({
  id: idOf("exception"),
  rule: z.string().optional().describe("Left out: of all rules."),
  condition,
  owner: z.string(),
  reason: z.string(),
  madeAt: instant,
  madeBy: z.string(),
  expiresAt: instant.optional(),
  endedAt: instant.optional(),
  hits: z.int().describe("Findings that it held back; up to a minute behind."),
  lastHitAt: instant.optional(),
});

const suppressionSchema = z.object({
  id: idOf("suppression"),
  rule: z.string(),
  entity: z.string().optional().describe("`host:lis01-web3`; left out: every entity."),
  reason: z.string(),
  madeAt: instant,
  madeBy: z.string(),
  until: instant,
  hits: z.int(),
});

export function exceptionRoutes({ read, change, clock, book, muting }: WatchParts): Route<Actor>[] {
  return [
    own({
      method: "GET",
      path: "/api/exceptions",
      id: "list-exceptions",
      says: "Lists exceptions, newest first.",
      admits: { permission: "rules.read" },
      query: z.object({ rule: z.string().max(500).optional(), ended: z.enum(["true"]).optional() }),
      answers: { 200: { says: "The exceptions.", json: z.object({ exceptions: z.array(exceptionSchema) }) } },
      handle: async ({ query: { rule, ended } }) =>
        answerJson({ exceptions: (await exceptionRows(read, { rule, ended: ended === "true" })).map(exceptionOf) }),
    }),
    own({
      method: "POST",
      path: "/api/exceptions",
      id: "add-exception",
      says: "Holds back findings whose events meet a condition: they are kept, and raise no alert.",
      admits: { permission: "exceptions.manage" },
      body: z.object({
        rule: z.string().min(1).max(500).optional(),
        condition,
        owner: line(1, 100),
        reason: line(1, 1_000),
        expiresAt: instant.optional(),
      }),
      answers: { 201: { says: "In force.", json: exceptionSchema } },
      async handle(asked) {
        const { rule, condition: asks, owner, reason, expiresAt } = asked.body;
        const of = rule === undefined ? undefined : book.rules.find(({ id }) => id === rule);
        if (rule !== undefined && !of) throw refuse("no-such-rule");
        if (of?.type === "correlation") throw refuse("exception-of-correlation");
        if (expiresAt !== undefined && expiresAt <= clock.now()) throw refuse("expiry-past");
        readCondition("new", asks as Condition, of?.logsource ?? "*/*/*");
        const row = await change(
          asked.caller,
          "exceptions.manage",
          async (in_) => {
            const made: ExceptionRow = {
              id: in_.newId("exception"),
              rule: rule ?? null,
              condition: JSON.stringify(asks),
              owner,
              reason,
              made_at: in_.at,
              made_by: in_.actor.id ?? "",
              expires_at: expiresAt === undefined ? null : instantOf(expiresAt),
              ended_at: null,
              ended_by: null,
              hits: 0,
              last_hit_at: null,
            };
            await addException(in_.tx, made);
            in_.announce("exception.made", { exception: made.id, rule: made.rule, owner, reason });
            in_.audit(made.id, { rule: made.rule, condition: asks, owner, reason, expiresAt: expiresAt ?? null });
            return made;
          },
          asked,
        );
        await muting.refresh();
        return answerJson(exceptionOf(row), 201);
      },
    }),
    own({
      method: "DELETE",
      path: "/api/exceptions/{id}",
      id: "end-exception",
      says: "Ends an exception.",
      admits: { permission: "exceptions.manage" },
      params: z.object({ id: idOf("exception") }),
      answers: { 204: { says: "Ended." } },
      async handle(asked) {
        const { id } = asked.params;
        await change(
          asked.caller,
          "exceptions.manage",
          async ({ tx, at, actor, audit, announce }) => {
            if (!(await endException(tx, id, at, actor.id ?? ""))) throw refuse("no-such-exception");
            announce("exception.ended", { exception: id, by: actor.id });
            audit(id);
          },
          asked,
        );
        await muting.refresh();
        return new Response(null, { status: 204 });
      },
    }),
    own({
      method: "GET",
      path: "/api/suppressions",
      id: "list-suppressions",
      says: "Lists suppressions that are in force, newest first.",
      admits: { permission: "rules.read" },
      query: z.object({ rule: z.string().max(500).optional() }),
      answers: { 200: { says: "The suppressions.", json: z.object({ suppressions: z.array(suppressionSchema) }) } },
      handle: async ({ query }) =>
        answerJson({ suppressions: (await suppressionRows(read, query)).map(suppressionOf) }),
    }),
    own({
      method: "POST",
      path: "/api/suppressions",
      id: "add-suppression",
      says: "Raises no alerts of a rule about an entity, or about all, until a time.",
      admits: { permission: "exceptions.manage" },
      body: z.object({
        rule: z.string().min(1).max(500),
        entity: line(1, 500).optional(),
        reason: line(1, 1_000),
        until: instant,
      }),
      answers: { 201: { says: "In force.", json: suppressionSchema } },
      async handle(asked) {
        const { rule, entity, reason, until } = asked.body;
        if (!book.rules.some(({ id }) => id === rule)) throw refuse("no-such-rule");
        const row = await change(
          asked.caller,
          "exceptions.manage",
          async (in_) => {
            const made: SuppressionRow = {
              id: in_.newId("suppression"),
              rule,
              entity: entity ?? null,
              reason,
              made_at: in_.at,
              made_by: in_.actor.id ?? "",
              until_at: instantOf(until),
              ended_at: null,
              hits: 0,
            };
            await addSuppression(in_.tx, made);
            in_.announce("suppression.made", { suppression: made.id, rule, entity: made.entity, until });
            in_.audit(made.id, { rule, entity: made.entity, reason, until });
            return made;
          },
          asked,
        );
        await muting.refresh();
        return answerJson(suppressionOf(row), 201);
      },
    }),
    own({
      method: "DELETE",
      path: "/api/suppressions/{id}",
      id: "end-suppression",
      says: "Ends a suppression.",
      admits: { permission: "exceptions.manage" },
      params: z.object({ id: idOf("suppression") }),
      answers: { 204: { says: "Ended." } },
      async handle(asked) {
        const { id } = asked.params;
        await change(
          asked.caller,
          "exceptions.manage",
          async ({ tx, at, actor, audit, announce }) => {
            if (!(await endSuppression(tx, id, at))) throw refuse("no-such-suppression");
            announce("suppression.ended", { suppression: id, by: actor.id });
            audit(id);
          },
          asked,
        );
        await muting.refresh();
        return new Response(null, { status: 204 });
      },
    }),
  ];
}

export function exceptionOf(row: ExceptionRow): z.output<typeof exceptionSchema> {
  return {
    id: row.id,
    condition: JSON.parse(row.condition) as z.output<typeof condition>,
    owner: row.owner,
    reason: row.reason,
    madeAt: row.made_at,
    madeBy: row.made_by,
    hits: row.hits,
    ...(row.rule !== null && { rule: row.rule }),
    ...(row.expires_at !== null && { expiresAt: row.expires_at }),
    ...(row.ended_at !== null && { endedAt: row.ended_at }),
    ...(row.last_hit_at !== null && { lastHitAt: row.last_hit_at }),
  };
}

function suppressionOf(row: SuppressionRow): z.output<typeof suppressionSchema> {
  return {
    id: row.id,
    rule: row.rule,
    reason: row.reason,
    madeAt: row.made_at,
    madeBy: row.made_by,
    until: row.until_at,
    hits: row.hits,
    ...(row.entity !== null && { entity: row.entity }),
  };
}
