import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Actor, Change } from "#access";
import { answerJson, type Asked, route, type Route } from "#http";
import { type Id, instant as instantOf } from "#kernel";
import type { WatchParts } from "../http.ts";
import { refuse } from "../refusals.ts";
import { matchedOf } from "./ask-indicators.ts";
import {
  confidence,
  day,
  givenIndicator,
  indicatorAnswer,
  indicatorSchema,
  listAnswer,
  listId,
  listName,
  listSchema,
  listWish,
  notTaken,
} from "./contract.ts";
import { type Indicator, indicatorTypes, longestValue, reaches, readValue } from "./indicator.ts";
import { listFormats } from "./read-protocol.ts";
import {
  addIndicators,
  addList,
  changeList,
  countsByList,
  indicatorId,
  indicatorRows,
  type ListRow,
  listRow,
  listRows,
  removeIndicator,
  removeList,
} from "./store.ts";
import { takeUpload } from "./take-upload.ts";

const own = route<Actor>();
const params = z.object({ id: listId });
/** Bytes of an upload: a million indicators with what is told of them. */
const mostBytes = 128 * 1024 * 1024;

export function indicatorRoutes(parts: WatchParts): Route<Actor>[] {
  const { read, change, clock, indicators } = parts;
  const find = async (of: Id<"indicator-list">): Promise<ListRow> => {
    const row = await listRow(read, of);
    if (!row) throw refuse("no-such-indicator-list");
    return row;
  };
  const manage = async <Result>(
    asked: Asked<Actor, unknown, unknown, unknown>,
    work: (one: Change) => Promise<Result>,
  ): Promise<Result> => {
    const result = await change(asked.caller, "indicators.manage", work, asked);
    await parts.listsChanged();
    return result;
  };
  const answerOf = async (row: ListRow) => listAnswer(row, (await countsByList(read)).get(row.id) ?? 0);

  return [
    own({
      method: "GET",
      path: "/api/indicators/lists",
      id: "list-indicator-lists",
      says: "Lists lists of indicators, by name.",
      admits: { permission: "indicators.read" },
      answers: { 200: { says: "The lists.", json: z.object({ lists: z.array(listSchema) }) } },
      async handle() {
        const [rows, counts] = await Promise.all([listRows(read), countsByList(read)]);
        return answerJson({ lists: rows.map((row) => listAnswer(row, counts.get(row.id) ?? 0)) });
      },
    }),
    own({
      method: "POST",
      path: "/api/indicators/lists",
      id: "make-indicator-list",
      says: "Makes an empty list of indicators.",
      admits: { permission: "indicators.manage" },
      body: listWish.extend({ name: listName }),
      answers: { 201: { says: "Made.", json: listSchema } },
      async handle(asked) {
        const { name, lifetimeDays, enabled, ...said } = asked.body;
        const row = await manage(asked, async ({ tx, at, actor, newId, audit, announce }) => {
          const made: ListRow = {
            id: newId("indicator-list"),
            name,
            ...said,
            lifetime: lifetimeDays === null ? null : lifetimeDays * day,
            enabled: enabled ? 1 : 0,
            made_at: at,
            made_by: actor.id ?? "",
            changed_at: at,
            revision: 0,
          };
          if (!(await addList(tx, made))) throw refuse("indicator-list-taken");
          announce("indicator-list.made", { list: made.id, name, by: actor.id });
          audit(made.id, { name, ...said, lifetimeDays, enabled });
          return made;
        });
        return answerJson(listAnswer(row, 0), 201);
      },
    }),
    own({
      method: "GET",
      path: "/api/indicators/lists/{id}",
      id: "read-indicator-list",
      says: "Reads one list of indicators, without them.",
      admits: { permission: "indicators.read" },
      params,
      answers: { 200: { says: "The list.", json: listSchema } },
      handle: async (asked) => answerJson(await answerOf(await find(asked.params.id))),
    }),
    own({
      method: "PUT",
      path: "/api/indicators/lists/{id}",
      id: "change-indicator-list",
      says: "Changes a list of indicators. A lifetime holds for indicators that come from now on.",
      admits: { permission: "indicators.manage" },
      params,
      body: listWish,
      answers: { 200: { says: "The list as it is now.", json: listSchema } },
      async handle(asked) {
        const { lifetimeDays, enabled, ...said } = asked.body;
        const lifetime = lifetimeDays === null ? null : lifetimeDays * day;
        await manage(asked, async ({ tx, at, audit, announce, actor }) => {
          const changed = { ...said, lifetime, enabled: enabled ? 1 : 0 } as const;
          if (!(await changeList(tx, asked.params.id, at, changed))) throw refuse("no-such-indicator-list");
          announce("indicator-list.changed", { list: asked.params.id, by: actor.id });
          audit(asked.params.id, { ...asked.body });
        });
        return answerJson(await answerOf(await find(asked.params.id)));
      },
    }),
    own({
      method: "DELETE",
      path: "/api/indicators/lists/{id}",
      id: "remove-indicator-list",
      says: "Removes a list with its indicators. Its findings and alerts stay.",
      admits: { permission: "indicators.manage" },
      params,
      answers: { 204: { says: "Removed." } },
      async handle(asked) {
        await manage(asked, async ({ tx, audit, announce, actor }) => {
          if (!(await removeList(tx, asked.params.id))) throw refuse("no-such-indicator-list");
          announce("indicator-list.removed", { list: asked.params.id, by: actor.id });
          audit(asked.params.id);
        });
        return new Response(null, { status: 204 });
      },
    }),
    own({
      method: "POST",
      path: "/api/indicators/lists/{id}/upload",
      id: "upload-indicators",
      says: "Adds the indicators of a table, a STIX 2.1 bundle or a plain list, or puts them in place of the list's own.",
      admits: { permission: "indicators.manage" },
      params,
      query: z.object({
        format: z.enum(listFormats),
        mode: z.enum(["add", "replace"]).default("add"),
        type: z.enum(indicatorTypes).optional().describe("Of all values; what each says or looks like, when left out."),
        reach: z.enum(reaches).default("below").describe("Of domains of a table or plain list; STIX says its own."),
      }),
      bodyType: "bytes",
      bodyLimit: mostBytes,
      timeout: 600_000,
      answers: {
        200: {
          says: "What was taken, and the first of what was not, with the reason.",
          json: z.object({
            taken: z.int(),
            removed: z.int(),
            notTaken: z.array(notTaken),
            notTakenCount: z.int(),
            columns: z.record(z.string(), z.string()).optional().describe("What each column of a table was taken for."),
          }),
        },
      },
      async handle(asked) {
        const list = await find(asked.params.id);
        const { format, mode, type, reach } = asked.query;
        const bytes = await asked.body.all();
        const upload = randomUUID();
        const taken = await takeUpload(change, asked, { list, mode, upload, bytes, format, type, reach });
        await parts.listsChanged();
        return answerJson(taken);
      },
    }),
    own({
      method: "GET",
      path: "/api/indicators/lists/{id}/indicators",
      id: "list-indicators",
      says: "Lists a list's indicators, in pages.",
      admits: { permission: "indicators.read" },
      params,
      query: z.object({
        type: z.enum(indicatorTypes).optional(),
        value: z.string().max(longestValue).optional().describe("In any of its spellings."),
        text: z.string().max(200).optional().describe("In the value."),
        after: z
          .string()
          .regex(/^[0-9a-f]{32}$/)
          .optional()
          .describe("`next` of the page before."),
        limit: z.coerce.number().int().min(1).max(5_000).default(500),
      }),
      answers: {
        200: {
          says: "A page.",
          json: z.object({ indicators: z.array(indicatorSchema), next: z.string().optional() }),
        },
      },
      async handle({ params: { id: list }, query }) {
        await find(list);
        const value =
          query.value === undefined ? undefined : (readValue(query.value, query.type)?.value ?? query.value);
        const rows = await indicatorRows(read, list, { ...query, value });
        const next = rows.length === query.limit ? rows.at(-1)?.id : undefined;
        return answerJson({ indicators: rows.map(indicatorAnswer), ...(next !== undefined && { next }) });
      },
    }),
    own({
      method: "POST",
      path: "/api/indicators/lists/{id}/indicators",
      id: "add-indicator",
      says: "Adds one indicator to a list, or says anew what is said of it.",
      admits: { permission: "indicators.manage" },
      params,
      body: givenIndicator,
      answers: { 201: { says: "It is looked for.", json: indicatorSchema } },
      async handle(asked) {
        const list = await find(asked.params.id);
        const { value: written, type, reach, from, until, confidence: sure, labels, reference } = asked.body;
        const value = readValue(written, type, reach);
        if (!value) throw refuse("bad-indicator", { why: `this is no ${type ?? "value of a known type"}` });
        if (until !== undefined && until <= clock.now()) throw refuse("bad-indicator", { why: "its time is over" });
        const one: Indicator = {
          ...value,
          ...(from !== undefined && { from: instantOf(from) }),
          ...(until !== undefined && { until: instantOf(until) }),
          ...(sure !== undefined && { confidence: sure }),
          labels,
          reference,
        };
        const made = indicatorId(list.id, one);
        await manage(asked, async ({ tx, at, actor, audit, announce }) => {
          await addIndicators(tx, [one], { list, upload: "by hand", at, by: actor.id ?? "" });
          await changeList(tx, list.id, at);
          announce("indicator.added", { list: list.id, indicator: made, by: actor.id });
          audit(list.id, { indicator: made, type: one.type, value: one.value });
        });
        const [row] = (await indicatorRows(read, list.id, { value: one.value, limit: 10 })).filter(
          (of) => of.id === made,
        );
        return answerJson(indicatorAnswer(row!), 201);
      },
    }),
    own({
      method: "DELETE",
      path: "/api/indicators/lists/{id}/indicators/{indicator}",
      id: "remove-indicator",
      says: "Takes one indicator from a list.",
      admits: { permission: "indicators.manage" },
      params: z.object({ id: listId, indicator: z.string().regex(/^[0-9a-f]{32}$/) }),
      answers: { 204: { says: "Removed." } },
      async handle(asked) {
        const { id: list, indicator } = asked.params;
        await manage(asked, async ({ tx, at, audit, announce, actor }) => {
          if (!(await removeIndicator(tx, list, indicator))) throw refuse("no-such-indicator");
          await changeList(tx, list, at);
          announce("indicator.removed", { list, indicator, by: actor.id });
          audit(list, { removed: indicator });
        });
        return new Response(null, { status: 204 });
      },
    }),
    own({
      method: "GET",
      path: "/api/indicators",
      id: "look-up-indicators",
      says: "Tells which lists hold a value now, itself or in a network or under a domain of theirs.",
      admits: { permission: "indicators.read" },
      query: z.object({ value: z.string().min(1).max(longestValue), type: z.enum(indicatorTypes).optional() }),
      answers: {
        200: {
          says: "What is held of it.",
          json: z.object({
            found: z.array(
              z.object({
                list: z.string(),
                type: z.enum(indicatorTypes),
                indicator: z.string(),
                confidence: confidence.optional(),
                labels: z.array(z.string()),
                reference: z.string(),
              }),
            ),
          }),
        },
      },
      handle({ query }) {
        const value = readValue(query.value, query.type, "exact");
        if (!value) throw refuse("bad-indicator", { why: "it is of no known type" });
        const { index } = indicators;
        const columns = { src_ip: "", dst_ip: "", domain: "", url: "", user: "", hash: [] as string[] };
        if (value.type === "hash") columns.hash.push(value.value);
        else columns[value.type === "ip" || value.type === "cidr" ? "src_ip" : value.type] = value.value;
        const hits = index?.match(columns, clock.now()) ?? [];
        const found = hits.map((hit) => {
          const {
            list,
            pattern,
            type,
            labels,
            reference,
            confidence: sure,
          } = matchedOf(index!.rules[hit.list]!.id, hit);
          return { list, type, indicator: pattern, labels, reference, ...(sure !== undefined && { confidence: sure }) };
        });
        return answerJson({ found });
      },
    }),
  ];
}
