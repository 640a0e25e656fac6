import { z } from "zod";
import { queryBounds } from "./language/ast.ts";
import { readTime } from "./language/read-time.ts";

const moment = z
  .union([z.string().max(64), z.number()])
  .transform(String)
  .refine(
    (text) => readTime(text, Date.UTC(2026, 0, 1)) !== undefined,
    "must be RFC 3339, milliseconds since 1970, or relative: -24h, now",
  )
  .describe("RFC 3339, a date, milliseconds since 1970, or relative to now: `-24h`, `now`.");

/** What every search is asked with. */
export const askedSchema = z.object({
  query: z.string().max(queryBounds.length).default("").describe("In the search language: `host:lis01-* cmd:curl`."),
  in: z.enum(["events", "findings"]).default("events"),
  from: moment.optional().describe("Included; 24 hours before `to` when absent."),
  to: moment.optional().describe("Not included; a minute from now when absent, as clocks differ."),
});
export type AskedSearch = z.output<typeof askedSchema>;

const time = z.string().describe("RFC 3339, UTC.");
const text = z.string().optional();
const number = z.number().optional();

/** An event as it is answered: columns without a value are left out. */
export const eventSchema = z.object({
  uid: z.string(),
  time,
  received: time,
  source: text,
  kind: text,
  site: text,
  class: number,
  activity: number,
  severity: number,
  code: text,
  host: text,
  user: text,
  process: text,
  cmd: text,
  parent: text,
  parent_cmd: text,
  file: text,
  hash: z.array(z.string()).optional(),
  src_ip: text,
  src_port: number,
  dst_ip: text,
  dst_port: number,
  domain: text,
  url: text,
  action: text,
  outcome: text,
  raw: z.string().describe("The record as JSON text."),
  original: z.string().optional().describe("The record's own bytes, where they are not `raw`."),
});
export type FoundEvent = z.output<typeof eventSchema>;

export const findingSchema = z.object({
  id: z.string(),
  time,
  received: time,
  type: text,
  rule: text,
  title: text,
  level: text,
  silent: number,
  muted: text,
  alert: text,
  source: text,
  kind: text,
  site: text,
  host: text,
  user: text,
  entity: text,
  tags: z.array(z.string()).optional(),
  events: z.array(z.string()).optional(),
  matched: text,
  fields: text,
  raw: text,
});
export type FoundFinding = z.output<typeof findingSchema>;

export const tableSchema = z.object({
  columns: z.array(z.object({ title: z.string(), kind: z.string() })),
  rows: z.array(z.array(z.unknown())).describe("Values in the order of the columns."),
});

const range = z.object({ from: time, to: time }).describe("What was searched.");

export const foundSchema = z.object({
  events: z
    .array(eventSchema)
    .optional()
    .describe("Newest first; of a search in events without steps that make a table."),
  findings: z.array(findingSchema).optional(),
  table: tableSchema.optional().describe("What the search's steps have made."),
  total: z.int().optional().describe("How many there are, where that is known without counting."),
  cursor: z.string().optional().describe("Goes on from here; absent on the last page."),
  range,
  took: z.int().describe("Milliseconds."),
});
export type Found = z.output<typeof foundSchema>;

/** RFC 9457, with the place of what is wrong. */
export const queryProblemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  requestId: z.string(),
  at: z.int().describe("Where in the query, in UTF-16 units from its start."),
  length: z.int(),
  expected: z.array(z.string()).optional(),
  suggestion: z.string().optional().describe("Did you mean this word, in this place?"),
});
