import { z } from "zod";
import { idOf, instant, level, line } from "../contract.ts";
import { indicatorTypes, longestValue, reaches } from "./indicator.ts";
import { rulePrefix } from "./indicator-book.ts";
import type { IndicatorRow, ListRow } from "./store.ts";

/** Milliseconds; lists tell lifetimes in days. */
export const day = 86_400_000;

export const listName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/)
  .describe("Small letters, digits, hyphens and underscores: findings are of the rule `meridian.indicator/NAME`.");
export const confidence = z.int().min(0).max(100);
export const listId = idOf("indicator-list");

export const listWish = z.object({
  owner: line(1, 100).describe("Who answers for it."),
  source: line(1, 500).describe("Where its indicators come from."),
  level: level.default("medium"),
  confidence: confidence.default(50).describe("Of indicators that say none of their own."),
  lifetimeDays: z
    .int()
    .min(1)
    .max(3_650)
    .nullable()
    .default(90)
    .describe("Until an indicator ends that says no end of its own; null: never."),
  enabled: z.boolean().default(true),
});

export const listSchema = z.object({
  id: listId,
  name: listName,
  owner: z.string(),
  source: z.string(),
  level,
  confidence,
  lifetimeDays: z.number().nullable(),
  enabled: z.boolean(),
  rule: z.string().describe("Id of the rule that its findings are of."),
  indicators: z.int(),
  madeAt: instant,
  madeBy: z.string(),
  changedAt: instant,
});

export const indicatorSchema = z.object({
  id: z.string(),
  type: z.enum(indicatorTypes),
  value: z.string(),
  reach: z.enum(reaches).describe("Of a domain: itself, itself and all below it, or only what is below it."),
  from: instant.optional(),
  until: instant.optional().describe("It is looked for until before this moment."),
  confidence: confidence.optional(),
  labels: z.array(z.string()),
  reference: z.string(),
  addedAt: instant,
  addedBy: z.string(),
});

export const givenIndicator = z.object({
  value: z.string().min(1).max(longestValue),
  type: z.enum(indicatorTypes).optional().describe("What it looks like, when left out."),
  reach: z.enum(reaches).default("below"),
  from: instant.optional(),
  until: instant.optional(),
  confidence: confidence.optional(),
  labels: z.array(line(1, 100)).max(20).default([]),
  reference: line(0, 1_000).default(""),
});

export const notTaken = z.object({ at: z.string(), code: z.string(), why: z.string() });

export function listAnswer(row: ListRow, count: number): z.output<typeof listSchema> {
  return {
    id: row.id,
    name: row.name,
    owner: row.owner,
    source: row.source,
    level: row.level,
    confidence: row.confidence,
    lifetimeDays: row.lifetime === null ? null : row.lifetime / day,
    enabled: row.enabled === 1,
    rule: `${rulePrefix}${row.name}`,
    indicators: count,
    madeAt: row.made_at,
    madeBy: row.made_by,
    changedAt: row.changed_at,
  };
}

export function indicatorAnswer(row: IndicatorRow): z.output<typeof indicatorSchema> {
  return {
    id: row.id,
    type: row.type,
    value: row.value,
    reach: row.reach,
    labels: JSON.parse(row.labels) as string[],
    reference: row.reference,
    addedAt: row.added_at,
    addedBy: row.added_by,
    ...(row.valid_from !== null && { from: row.valid_from }),
    ...(row.valid_until !== null && { until: row.valid_until }),
    ...(row.confidence !== null && { confidence: row.confidence }),
  };
}
