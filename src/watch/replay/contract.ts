import { z } from "zod";
import { instant, level } from "../contract.ts";

const values = z.array(z.object({ value: z.string(), count: z.int() }));

export const replaySampleSchema = z.object({
  rule: z.string(),
  id: z.string().describe("Of the finding, the one that it has or would have."),
  time: instant,
  entity: z.string(),
  events: z.array(z.string()).describe("Uids, the newest last."),
  source: z.string(),
  kind: z.string(),
  host: z.string(),
  user: z.string(),
  matched: z.unknown(),
  excepted: z.array(z.string()).describe("Ids of the exceptions that hold for it."),
});
export type ReplaySample = z.output<typeof replaySampleSchema>;

export const replayResultSchema = z.object({
  from: instant,
  to: instant,
  exact: z.boolean().describe("Every candidate of the whole time was asked; else `count` is an estimate."),
  count: z.int(),
  low: z.int().describe("With `high`: where the true number lies with about 95 % certainty."),
  high: z.int(),
  rules: z.array(
    z.object({ id: z.string(), title: z.string(), type: z.enum(["detection", "correlation"]), level, count: z.int() }),
  ),
  span: z.int().describe("Milliseconds of a bar."),
  bars: z.array(z.object({ time: instant, count: z.int() })),
  alerts: z.object({
    count: z.int(),
    perDay: z.number(),
    excepted: z.int().describe("Findings that exceptions hold back."),
  }),
  entities: values,
  hosts: values,
  users: values,
  sources: values,
  samples: z.array(replaySampleSchema).describe("The newest findings."),
  covered: z.object({ from: instant, to: instant }).describe("The time that was looked at."),
  share: z.number().describe("Of the work of the whole time, 0 to 1."),
  events: z.int().describe("In the whole time."),
  candidates: z.int().describe("Events of the whole time that the index lets through."),
  looked: z.int().describe("Events that the matcher was asked about."),
  unreadable: z.int(),
  unknownKinds: z
    .array(z.string())
    .describe("Kinds that events were stored under and that no description names any more: recognised anew."),
  cost: z.object({
    milliseconds: z.int(),
    threadMilliseconds: z.int().describe("Processor time of the rules."),
    blocks: z.int().describe("Blocks of rows of the store, of about 1,000 events, that were read."),
  }),
});
export type ReplayResult = z.output<typeof replayResultSchema>;
