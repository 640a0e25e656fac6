import { z } from "zod";
import { type Id, isId } from "#kernel";
import { roles } from "./core/permissions.ts";

const instant = z.int().describe("Milliseconds since 1970-01-01T00:00:00Z.");

function idOf<const Kind extends string>(kind: Kind) {
  return z
    .string()
    .regex(new RegExp(`^${kind}_[0-7][0-9a-hjkmnp-tv-z]{25}$`))
    .refine((text): text is Id<Kind> => isId(kind, text));
}

export const personId = idOf("person");
export const sessionId = idOf("session");

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
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), "must not hold control characters"),
  role: z.enum(roles),
});

/** Past tense; the body of each is in the verb that announces it. */
export const announcements = ["person.invited", "person.ended", "session.begun", "session.ended"] as const;
