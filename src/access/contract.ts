import { z } from "zod";
import { type Id, isId } from "#kernel";
import { roles } from "./core/permissions.ts";

const instant = z.int().describe("Milliseconds since 1970-01-01T00:00:00Z.");

function idOf<const Kind extends string>(kind: Kind) {
  return z
    .string()
    .regex(new RegExp(`^${kind}_[0-7][0-9a-hjkmnp-tv-z]{25}$`), {
      error: `has to be a ${kind}'s id: ${kind}_ and 26 letters and digits`,
      abort: true,
    })
    .refine((text): text is Id<Kind> => isId(kind, text));
}

export const personId = idOf("person");
export const sessionId = idOf("session");
export const tokenId = idOf("token");

export const personSchema = z.object({
  id: personId,
  name: z.string(),
  role: z.enum(roles),
  since: instant,
});
export type Person = z.output<typeof personSchema>;

export const sessionSchema = z.object({
  id: sessionId,
  begunAt: instant,
  seenAt: instant.describe("When it last asked for something; up to 15 minutes behind for other server processes."),
  expiresAt: instant,
  agent: z.string().describe("The browser, as it names itself."),
  peer: z.string().describe("The address that it signed in from; a proxy's, where one is in front."),
  current: z.boolean().describe("Whether it is the session that asks."),
});
export type Session = z.output<typeof sessionSchema>;

const line = (shortest: number, longest: number) =>
  z
    .string()
    .trim()
    .min(shortest)
    .max(longest)
    .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), "must not hold control characters");

export const sourceName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9\-_.]{0,62}$/, "Give a source 1 to 63 of a-z, 0-9, dot, dash and underscore.")
  .describe("The source that a token's events are of.");

export const tokenSchema = z.object({
  id: tokenId,
  kind: z.enum(["ingest", "api"]),
  source: z.string().optional().describe("Of a token for ingest: the source that its events are of."),
  role: z.enum(roles).optional().describe("Of a token for the API: what it may do, people and tokens excepted."),
  note: z.string(),
  tail: z.string().describe("The token's last four characters, to recognise it by."),
  madeAt: instant,
  madeBy: z.string().describe("Who made it, as the audit trail names them."),
  expiresAt: instant.optional(),
  revokedAt: instant.optional(),
  seenAt: instant.optional().describe("When it was last used; up to 15 minutes behind for other server processes."),
});
export type Token = z.output<typeof tokenSchema>;

const wish = {
  note: line(0, 200).default("").describe("For people: where it lives, whom to ask."),
  lifetime: z
    .int()
    .min(60_000)
    .max(3_660 * 86_400_000)
    .optional()
    .describe("Milliseconds until it expires; for ever where it says none."),
};

export const tokenWishSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("ingest"), source: sourceName, ...wish }),
  z.object({ kind: z.literal("api"), role: z.enum(roles), ...wish }),
]);

export const auditSchema = z.object({
  sequence: z.int(),
  at: instant,
  actor: z.string(),
  action: z.string(),
  outcome: z.enum(["done", "refused"]),
  subject: z.string().optional(),
  // Not z.json(): its JSON Schema refers to itself, in a way that is wrong once it lies inside of a description.
  details: z.record(z.string(), z.unknown()),
  requestId: z.string().optional().describe("Finds the request in the log; absent for what the program did by itself."),
});
export type AuditEntry = z.output<typeof auditSchema>;

export const inviteSchema = z.object({
  name: line(1, 100),
  role: z.enum(roles),
});

/** Past tense; the body of each is in the verb that announces it. */
export const announcements = [
  "person.invited",
  "person.ended",
  "session.begun",
  "session.ended",
  "token.made",
  "token.revoked",
] as const;
