import { z } from "zod";

const instant = z.int().describe("Milliseconds since 1970-01-01T00:00:00Z.");

/** As a token names it, so that both are one. */
export const sourceName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9\-_.]{0,62}$/, "Give a source 1 to 63 of a-z, 0-9, dot, dash and underscore.");

const word = z.string().regex(/^[a-z0-9][a-z0-9_\-.]{0,62}$/);
const words = z.array(word).max(8);

/** The formats that `readLog` knows. */
export const formatNames = [
  "ndjson",
  "json-array",
  "json-concatenated",
  "json-envelope",
  "evtx",
  "syslog",
  "cef",
  "leef",
  "auditd",
  "journald-export",
  "csv",
  "access-log",
  "w3c",
  "zeek",
  "text",
] as const;

export const takenForSchema = z
  .object({ product: words.optional(), service: words.optional(), category: words.optional() })
  .describe("Sigma's log source that events of an unknown shape are taken for; what is left out stays unknown.");

/** What people say of a source. Everything may be left out. */
export const sourceWishSchema = z.object({
  about: z.string().trim().max(500).default("").describe("For people: what it is, whom to ask."),
  takeAs: takenForSchema.optional(),
  site: z.string().trim().max(100).optional().describe("Where it stands; events carry it."),
  format: z.enum(formatNames).optional().describe("When it is not to be told by the first bytes."),
  limits: z
    .object({
      eventsPerSecond: z.int().min(1).max(10_000_000).optional(),
      bytesPerSecond: z.int().min(1_000).max(10_000_000_000).optional(),
      deliveryBytes: z
        .int()
        .min(1_000)
        .max(67_108_864)
        .optional()
        .describe(
          "Unpacked bytes of one request whose format can't be cut at line ends; 16 MiB unless it says another.",
        ),
    })
    .default({}),
  retentionDays: z.int().min(1).max(36_600).optional().describe("A hint to the lake."),
  silence: z.boolean().default(true).describe("Whether quiet beyond its own habit is worth a finding."),
  disabled: z.boolean().default(false).describe("Nothing is taken from it; senders get 403."),
});
export type SourceWish = z.output<typeof sourceWishSchema>;

export const sourceHealthSchema = z.object({
  state: z.enum(["learning", "well", "silent", "surging"]),
  lastEventAt: instant.optional(),
  lastMinute: z.int().describe("Events in the last whole minute."),
  expectedPerMinute: z.number().optional().describe("What it has learnt to expect at this hour of the week."),
  silentSince: instant.optional(),
  drift: z.array(z.string()).describe("Top-level keys that came or went lately: `+key`, `-key`."),
  clockSkewSeconds: z
    .number()
    .optional()
    .describe("How far its clock is behind ours (minus: ahead), by its newest events."),
});
export type SourceHealth = z.output<typeof sourceHealthSchema>;

export const sourceSchema = sourceWishSchema.extend({
  name: sourceName,
  madeAt: instant,
  madeBy: z.string(),
  changedAt: instant,
  changedBy: z.string(),
  challenge: z
    .object({ text: z.string(), at: instant })
    .optional()
    .describe("The newest proof of ownership that Cloudflare Logpush wrote to this source."),
  accepted: z.int().describe("Events since this process began."),
  rejected: z.int().describe("Since this process began."),
  lost: z.int().describe("Syslog datagrams that this process could not keep."),
  health: sourceHealthSchema,
});
export type SourceAnswer = z.output<typeof sourceSchema>;
