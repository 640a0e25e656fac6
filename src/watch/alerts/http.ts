import { z } from "zod";
import type { Actor } from "#access";
import { answerJson, route, type Route } from "#http";
import type { FindingRow } from "#lake";
import { levels } from "#sigma";
import { type Alert, alertSchema, findingSchema, idOf, line, several, states, verdicts } from "../contract.ts";
import { createGeoOfFinding } from "../geo/geo-of-finding.ts";
import type { WatchParts } from "../http.ts";
import { refuse } from "../refusals.ts";
import { alertPage, readCursor } from "./cursor.ts";
import { alertsOf, type AlertRow, countByState, listAlerts } from "./store.ts";
import { acknowledgeAlert, assignAlert, closeAlert, reopenAlert } from "./verbs.ts";

const own = route<Actor>();
const params = z.object({ id: idOf("alert") });
const closing = z.object({ verdict: z.enum(verdicts), reason: line(1, 1_000) });
const assigning = z.object({ assignee: line(1, 100).nullable().describe("Who it is given to; null: to nobody.") });
const most = 500;

export function alertRoutes({ read, change, lake, geo }: WatchParts): Route<Actor>[] {
  const geoOf = createGeoOfFinding(geo);
  const one = async (id: string): Promise<AlertRow> => {
    const [row] = await alertsOf(read, [id]);
    if (!row) throw refuse("no-such-alert");
    return row;
  };
  const answer = async (id: string) => answerJson(alertOf(await one(id)));
  const answers = { 200: { says: "The alert as it is now.", json: alertSchema } };

  return [
    own({
      method: "GET",
      path: "/api/alerts",
      id: "list-alerts",
      says: "Lists alerts, newest first. `after` takes the `next` of a page and gives the following one.",
      admits: { permission: "alerts.read" },
      query: z.object({
        level: several(levels).optional(),
        state: several(states).optional(),
        rule: z.string().max(200).optional(),
        host: z.string().max(200).optional(),
        source: z.string().max(200).optional(),
        entity: z.string().max(500).optional(),
        assignee: z.string().max(100).optional(),
        since: z.coerce.number().int().nonnegative().optional().describe("Raised at this time or later; milliseconds."),
        until: z.coerce.number().int().nonnegative().optional(),
        after: z.string().max(100).optional(),
        limit: z.coerce.number().int().min(1).max(most).default(100),
      }),
      answers: {
        200: {
          says: "A page of alerts.",
          json: z.object({ alerts: z.array(alertSchema), next: z.string().optional() }),
        },
      },
      async handle({ query }) {
        const { level, state, after, limit, ...rest } = query;
        const rows = await listAlerts(read, {
          ...rest,
          levels: level,
          states: state,
          after: after === undefined ? undefined : readCursor(after),
          limit: limit + 1,
        });
        const { page, next } = alertPage(rows, limit);
        return answerJson({ alerts: page.map(alertOf), ...(next !== undefined && { next }) });
      },
    }),
    own({
      method: "GET",
      path: "/api/alert-counts",
      id: "count-alerts",
      says: "Counts alerts by state.",
      admits: { permission: "alerts.read" },
      answers: {
        200: { says: "The counts.", json: z.object({ open: z.int(), acknowledged: z.int(), closed: z.int() }) },
      },
      handle: async () => answerJson(await countByState(read)),
    }),
    own({
      method: "GET",
      path: "/api/alerts/{id}",
      id: "read-alert",
      says: "Reads an alert with its newest findings and their events.",
      admits: { permission: "alerts.read" },
      params,
      answers: {
        200: { says: "The alert.", json: z.object({ alert: alertSchema, found: z.array(findingSchema) }) },
      },
      async handle({ params: { id }, signal }) {
        const row = await one(id);
        const found: FindingRow[] = [];
        for await (const rows of lake.ofAlerts([id], signal)) found.push(...rows);
        found.sort((a, b) => b.time - a.time || (a.id < b.id ? 1 : -1));
        return answerJson({
          alert: alertOf(row),
          found: found
            .slice(0, 100)
            .map((finding) => ({ ...findingOf(finding), ...(geo.on && { geo: geoOf(finding) }) })),
        });
      },
    }),
    own({
      method: "POST",
      path: "/api/alerts/{id}/acknowledge",
      id: "acknowledge-alert",
      says: "Says that somebody looks after the alert.",
      admits: { permission: "alerts.handle" },
      params,
      answers,
      async handle(asked) {
        await change(asked.caller, "alerts.handle", (in_) => acknowledgeAlert(in_, asked.params.id), asked);
        return answer(asked.params.id);
      },
    }),
    own({
      method: "POST",
      path: "/api/alerts/{id}/close",
      id: "close-alert",
      says: "Closes the alert with what it turned out to be.",
      admits: { permission: "alerts.handle" },
      params,
      body: closing,
      answers,
      async handle(asked) {
        await change(asked.caller, "alerts.handle", (in_) => closeAlert(in_, asked.params.id, asked.body), asked);
        return answer(asked.params.id);
      },
    }),
    own({
      method: "POST",
      path: "/api/alerts/{id}/reopen",
      id: "reopen-alert",
      says: "Opens a closed alert again.",
      admits: { permission: "alerts.handle" },
      params,
      answers,
      async handle(asked) {
        await change(asked.caller, "alerts.handle", (in_) => reopenAlert(in_, asked.params.id), asked);
        return answer(asked.params.id);
      },
    }),
    own({
      method: "POST",
      path: "/api/alerts/{id}/assign",
      id: "assign-alert",
      says: "Gives the alert to somebody, or to nobody.",
      admits: { permission: "alerts.handle" },
      params,
      body: assigning,
      answers,
      async handle(asked) {
        await change(
          asked.caller,
          "alerts.handle",
          (in_) => assignAlert(in_, asked.params.id, asked.body.assignee),
          asked,
        );
        return answer(asked.params.id);
      },
    }),
    own({
      method: "POST",
      path: "/api/alerts",
      id: "handle-alerts",
      says: "Acknowledges, closes, reopens or assigns several alerts at once: all of them or none.",
      admits: { permission: "alerts.handle" },
      body: z.intersection(
        z.object({ alerts: z.array(idOf("alert")).min(1).max(most) }),
        z.discriminatedUnion("do", [
          z.object({ do: z.literal("acknowledge") }),
          z.object({ do: z.literal("reopen") }),
          closing.extend({ do: z.literal("close") }),
          assigning.extend({ do: z.literal("assign") }),
        ]),
      ),
      answers: { 200: { says: "Done.", json: z.object({ alerts: z.array(alertSchema) }) } },
      async handle(asked) {
        const { body } = asked;
        const ids = [...new Set(body.alerts)];
        await change(
          asked.caller,
          "alerts.handle",
          async (in_) => {
            for (const id of ids) {
              if (body.do === "acknowledge") await acknowledgeAlert(in_, id);
              else if (body.do === "reopen") await reopenAlert(in_, id);
              else if (body.do === "close") await closeAlert(in_, id, body);
              else await assignAlert(in_, id, body.assignee);
            }
            in_.audit("alerts", { did: body.do, alerts: ids });
          },
          asked,
        );
        return answerJson({ alerts: (await alertsOf(read, ids)).map(alertOf) });
      },
    }),
  ];
}

export function alertOf(row: AlertRow): Alert {
  return {
    id: row.id,
    rule: row.rule,
    title: row.title,
    type: row.type,
    level: row.level,
    tags: JSON.parse(row.tags) as string[],
    entity: row.entity,
    host: row.host,
    user: row.user,
    source: row.source,
    state: row.state,
    reason: row.reason,
    findings: row.findings,
    firstAt: row.first_at,
    lastAt: row.last_at,
    raisedAt: row.raised_at,
    sample: JSON.parse(row.sample) as unknown,
    ...(row.verdict !== null && { verdict: row.verdict }),
    ...(row.assignee !== null && { assignee: row.assignee }),
    ...(row.acknowledged_at !== null && { acknowledgedAt: row.acknowledged_at }),
    ...(row.acknowledged_by !== null && { acknowledgedBy: row.acknowledged_by }),
    ...(row.closed_at !== null && { closedAt: row.closed_at }),
    ...(row.closed_by !== null && { closedBy: row.closed_by }),
  };
}

function findingOf({
  matched,
  raw,
  tags: _,
  fields: __,
  silent: ___,
  muted: ____,
  alert: _____,
  type: ______,
  ...rest
}: FindingRow) {
  return { ...rest, matched: parsed(matched), event: parsed(raw) };
}

/** As JSON, where it is; bytes of a log are whatever they are. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
