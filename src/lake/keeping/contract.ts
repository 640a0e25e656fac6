import { z } from "zod";
import { type Id, isId } from "#kernel";
import { keptTables } from "../tables.ts";

const instant = z.int().describe("Milliseconds since 1970-01-01T00:00:00Z.");

function idOf<const Kind extends string>(kind: Kind) {
  return z
    .string()
    .regex(new RegExp(`^${kind}_[0-7][0-9a-hjkmnp-tv-z]{25}$`))
    .refine((text): text is Id<Kind> => isId(kind, text));
}

const line = (longest: number) =>
  z
    .string()
    .trim()
    .max(longest)
    .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), "must not hold control characters");

export const retentionWish = z.object({
  of: z.enum(keptTables).default("events"),
  source: line(200).default("").describe("The source that it is about; every source where it says none."),
  class: z.int().min(0).max(4_294_967_295).optional().describe("OCSF's class_uid; every class where it says none."),
  days: z.int().min(1).max(36_500).describe("How long to keep, counted from when it was received."),
});

export const retentionId = idOf("retention");
export const retentionSchema = retentionWish.extend({ id: retentionId, setAt: instant, setBy: z.string() });

export const holdWish = z
  .object({
    reason: line(1000).pipe(z.string().min(1)),
    owner: line(200).pipe(z.string().min(1)).describe("Who answers for it."),
    source: line(200).default(""),
    host: line(500).default(""),
    user: line(500).default(""),
    from: instant.optional().describe("Of the events' own times."),
    to: instant.optional(),
  })
  .refine(
    ({ source, host, user, from, to }) =>
      source !== "" || host !== "" || user !== "" || from !== undefined || to !== undefined,
    "Say what is held: a source, a host, a user or a time.",
  );
export const holdId = idOf("hold");
export const holdSchema = z.object({
  id: holdId,
  reason: z.string(),
  owner: z.string(),
  source: z.string(),
  host: z.string(),
  user: z.string(),
  from: instant.optional(),
  to: instant.optional(),
  placedAt: instant,
  placedBy: z.string(),
  liftedAt: instant.optional(),
  liftedBy: z.string().optional(),
});

export const subjectSchema = z.object({
  kind: z.enum(["user", "host", "address", "text"]),
  subject: line(500)
    .pipe(z.string().min(3))
    .describe("A name, an address, an e-mail address: found as a word of its own, in any case."),
});
export const erasureWish = subjectSchema.extend({ reason: line(1000).pipe(z.string().min(1)) });
export const countsSchema = z.record(
  z.enum(keptTables),
  z.object({ found: z.int(), held: z.int().describe("Kept all the same, as a hold says so.") }),
);
export type ErasureCounts = z.output<typeof countsSchema>;
export const erasureId = idOf("erasure");
export const erasureSchema = z.object({
  id: erasureId,
  kind: subjectSchema.shape.kind,
  subject: z.string().optional().describe("Forgotten, too, once all of it was erased."),
  fingerprint: z.string().describe("SHA-256 of kind, U+0000 and subject, in hex."),
  reason: z.string(),
  state: z.enum(["running", "done", "held", "failed"]),
  askedAt: instant,
  askedBy: z.string(),
  endedAt: instant.optional(),
  counts: countsSchema,
  progress: z.number().min(0).max(1).optional().describe("While it runs, in the process that runs it."),
});
