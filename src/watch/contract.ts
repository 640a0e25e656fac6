import { z } from "zod";
import { type Id, isId } from "#kernel";
import { levels } from "#sigma";

export const instant = z.int().describe("Milliseconds since 1970-01-01T00:00:00Z.");
export const level = z.enum(levels);

export function idOf<const Kind extends string>(kind: Kind) {
  return z
    .string()
    .regex(new RegExp(`^${kind}_[0-7][0-9a-hjkmnp-tv-z]{25}$`))
    .refine((text): text is Id<Kind> => isId(kind, text));
}

export const line = (shortest: number, longest: number) =>
  z
    .string()
    .trim()
    .min(shortest)
    .max(longest)
    .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), "must not hold control characters");

/** Words with commas between, as a query says several. */
export function several<const Words extends readonly [string, ...string[]]>(words: Words) {
  const one = z.enum(words);
  return z
    .string()
    .max(200)
    .transform((text, context): Words[number][] => {
      const read = z.array(one).min(1).safeParse(text.split(","));
      if (read.success) return read.data as Words[number][];
      context.addIssue({ code: "custom", message: `must be some of ${words.join(", ")}, with commas between` });
      return z.NEVER;
    });
}

export const states = ["open", "acknowledged", "closed"] as const;
export const verdicts = ["true-positive", "benign", "false-positive"] as const;

export const alertSchema = z.object({
  id: idOf("alert"),
  rule: z.string(),
  title: z.string(),
  type: z.enum(["detection", "correlation", "risk", "health"]),
  level,
  tags: z.array(z.string()),
  entity: z.string().describe("Whom it is about: `host:lis01-web3`."),
  host: z.string(),
  user: z.string(),
  source: z.string(),
  state: z.enum(states),
  verdict: z.enum(verdicts).optional(),
  reason: z.string().describe("Why it was closed."),
  assignee: z.string().optional(),
  findings: z.int().describe("How many findings it has."),
  firstAt: instant.describe("Of its earliest event."),
  lastAt: instant.describe("Of its latest event."),
  raisedAt: instant,
  acknowledgedAt: instant.optional(),
  acknowledgedBy: z.string().optional(),
  closedAt: instant.optional(),
  closedBy: z.string().optional(),
  sample: z.unknown().describe("The values that made its first finding hold."),
});
export type Alert = z.output<typeof alertSchema>;

export const findingSchema = z.object({
  id: z.string(),
  time: instant,
  received: instant,
  rule: z.string(),
  title: z.string(),
  level: z.string(),
  source: z.string(),
  kind: z.string(),
  site: z.string(),
  host: z.string(),
  user: z.string(),
  entity: z.string(),
  events: z.array(z.string()).describe("Uids of the events that it rests on, the newest last."),
  matched: z.unknown(),
  event: z.unknown().describe("The newest event, as it came."),
  geo: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("What is known of its event's addresses now, by address; see `look-up-addresses`."),
  late: z.string().optional().describe("`replay`, `hunt`: it was found in stored events."),
});
