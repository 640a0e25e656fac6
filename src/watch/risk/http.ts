import { z } from "zod";
import type { Actor } from "#access";
import { answerJson, route, type Route } from "#http";
import { instant, line } from "../contract.ts";
import { riskWindows, type RiskWindow } from "../core/risk-score.ts";
import type { WatchParts } from "../http.ts";
import { refuse } from "../refusals.ts";
import { keepRiskSettings, keepWeight, mostWeights, removeWeight, weightRows } from "./store.ts";

const own = route<Actor>();
const window = z.enum(Object.keys(riskWindows) as [RiskWindow, ...RiskWindow[]]).default("24h");
const risk = z.number().describe("0 to less than 100.");
const entityType = z.string().regex(/^[a-z][a-z0-9_.-]{0,60}$/);
const points = z.number().min(0).max(1_000);
const settingsSchema = z.object({
  points: z.object({ informational: points, low: points, medium: points, high: points, critical: points }),
  threshold: z.number().min(1).max(99.9).describe("Risk over 24 hours from which on an entity raises an alert."),
});
const weightSchema = z.object({
  entity: z.string(),
  factor: z.number(),
  reason: z.string(),
  changedAt: instant,
  changedBy: z.string(),
});
const params = z.object({ type: entityType, id: line(1, 250) });

export function riskRoutes({ read, change, risks }: WatchParts): Route<Actor>[] {
  return [
    own({
      method: "GET",
      path: "/api/risk",
      id: "list-risky-entities",
      says: "Lists hosts, users and addresses by their risk, the highest first.",
      admits: { permission: "alerts.read" },
      query: z.object({
        window,
        type: entityType.optional().describe("Only `host`, only `user`, …"),
        limit: z.coerce.number().int().min(1).max(1_000).default(50),
      }),
      answers: {
        200: {
          says: "The entities.",
          json: z.object({
            entities: z.array(
              z.object({
                entity: z.string(),
                risk,
                factor: z.number(),
                findings: z.int(),
                rules: z.int(),
                tactics: z.array(z.string()),
                lastAt: instant,
              }),
            ),
            threshold: z.number(),
          }),
        },
      },
      async handle({ query: { window: of, type, limit }, signal }) {
        const rows = await risks.top(of, { type, limit }, signal);
        const entities = rows.map(({ entity, risk: is, factor, findings, rules, tactics, last }) => ({
          entity,
          risk: is,
          factor,
          findings,
          rules,
          tactics,
          lastAt: last,
        }));
        return answerJson({ entities, threshold: risks.settings.threshold });
      },
    }),
    own({
      method: "GET",
      path: "/api/risk/{type}/{id}",
      id: "read-entity-risk",
      says: "Tells what makes up the risk of one entity: its rules, and its findings with what each weighs now.",
      admits: { permission: "alerts.read" },
      params,
      query: z.object({ window, limit: z.coerce.number().int().min(1).max(1_000).default(200) }),
      answers: {
        200: {
          says: "Its risk.",
          json: z.object({
            entity: z.string(),
            risk,
            factor: z.number(),
            tactics: z.array(z.string()),
            rules: z.array(
              z.object({ rule: z.string(), title: z.string(), findings: z.int(), last: instant, points: z.number() }),
            ),
            timeline: z
              .array(
                z.object({
                  finding: z.string(),
                  time: instant,
                  rule: z.string(),
                  title: z.string(),
                  level: z.string(),
                  alert: z.string(),
                  weight: z.number().describe("Points that are left of it now, before repetition makes them fewer."),
                }),
              )
              .describe("Newest first."),
          }),
        },
      },
      async handle({ params: { type, id }, query: { window: of, limit }, signal }) {
        const entity = `${type}:${id}`;
        const [is, all] = [await risks.of(of, entity, signal), await risks.contributions(of, entity, limit, signal)];
        const timeline = all.map(({ id: finding, event: _, ...one }) => ({ finding, ...one }));
        return answerJson({ ...is, timeline });
      },
    }),
    own({
      method: "GET",
      path: "/api/risk/settings",
      id: "read-risk-settings",
      says: "Reads points by level, the threshold, and which entities weigh more or less than others.",
      admits: { permission: "alerts.read" },
      answers: {
        200: { says: "The settings.", json: settingsSchema.extend({ weights: z.array(weightSchema) }) },
      },
      async handle() {
        await risks.refresh();
        const weights = (await weightRows(read)).map((row) => ({
          entity: row.entity,
          factor: row.factor,
          reason: row.reason,
          changedAt: row.changed_at,
          changedBy: row.changed_by,
        }));
        return answerJson({ ...risks.settings, weights });
      },
    }),
    own({
      method: "PUT",
      path: "/api/risk/settings",
      id: "change-risk-settings",
      says: "Changes points by level and the threshold; risk is told by them from now on, of old findings too.",
      admits: { permission: "risk.manage" },
      body: settingsSchema,
      answers: { 200: { says: "In force.", json: settingsSchema } },
      async handle(asked) {
        await change(
          asked.caller,
          "risk.manage",
          async ({ tx, at, actor, audit, announce }) => {
            await keepRiskSettings(tx, asked.body, { changed_at: at, changed_by: actor.id ?? "" });
            announce("risk-settings.changed", { ...asked.body, by: actor.id });
            audit("risk settings", { ...asked.body });
          },
          asked,
        );
        await risks.refresh();
        return answerJson(risks.settings);
      },
    }),
    own({
      method: "PUT",
      path: "/api/risk/{type}/{id}/weight",
      id: "weigh-entity",
      says: "Says how critical an entity is: what its risk is multiplied with.",
      admits: { permission: "risk.manage" },
      params,
      body: z.object({ factor: z.number().min(0).max(10), reason: line(1, 1_000) }),
      answers: { 200: { says: "In force.", json: weightSchema } },
      async handle(asked) {
        const entity = `${asked.params.type}:${asked.params.id}`;
        const { factor, reason } = asked.body;
        const known = await weightRows(read);
        if (known.length >= mostWeights && !known.some((row) => row.entity === entity))
          throw refuse("too-many-weights", { most: mostWeights });
        const row = await change(
          asked.caller,
          "risk.manage",
          async ({ tx, at, actor, audit, announce }) => {
            const made = { entity, factor, reason, changed_at: at, changed_by: actor.id ?? "" };
            await keepWeight(tx, made);
            announce("entity.weighed", { entity, factor, by: actor.id });
            audit(entity, { factor, reason });
            return made;
          },
          asked,
        );
        await risks.refresh();
        return answerJson({ entity, factor, reason, changedAt: row.changed_at, changedBy: row.changed_by });
      },
    }),
    own({
      method: "DELETE",
      path: "/api/risk/{type}/{id}/weight",
      id: "unweigh-entity",
      says: "Has an entity weigh what others do.",
      admits: { permission: "risk.manage" },
      params,
      answers: { 204: { says: "It does." } },
      async handle(asked) {
        const entity = `${asked.params.type}:${asked.params.id}`;
        await change(
          asked.caller,
          "risk.manage",
          async ({ tx, audit, announce, actor }) => {
            if (!(await removeWeight(tx, entity))) throw refuse("no-such-weight");
            announce("entity.unweighed", { entity, by: actor.id });
            audit(entity);
          },
          asked,
        );
        await risks.refresh();
        return new Response(null, { status: 204 });
      },
    }),
  ];
}
