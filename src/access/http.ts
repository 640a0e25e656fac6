import { z } from "zod";
import { answerJson, answerRedirect, type Asked, route, type Route, spellCookie } from "#http";
import type { Reading } from "#platform";
import { auditSchema, inviteSchema, personId, personSchema, sessionId, sessionSchema } from "./contract.ts";
import { type Actor, isPerson, type PersonActor } from "./core/actor.ts";
import { refuse } from "./refusals.ts";
import { auditTrail, people, sessionsOf } from "./store.ts";
import type { AccessTables } from "./tables.ts";
import { endPerson } from "./verbs/end-person.ts";
import { endSession } from "./verbs/end-session.ts";
import { invitePerson } from "./verbs/invite-person.ts";
import { signIn, type SignInParts } from "./verbs/sign-in.ts";

export const sessionCookie = "meridian_session";

const own = route<Actor>();

export function accessRoutes(parts: SignInParts): Route<Actor>[] {
  const { read, change, clock } = parts;
  return [
    own({
      method: "POST",
      path: "/sign-in",
      id: "sign-in",
      says: "Begins a session with a one-time link's token, which is used up.",
      admits: { public: "whoever holds a link is let in by it" },
      page: true,
      body: z.object({ token: z.string().max(100) }),
      bodyType: "form",
      answers: { 303: { says: "Signed in; the session is in the cookie." } },
      async handle({ body, request, peer, secure }) {
        const token = await signIn(parts, body.token, { agent: request.headers.get("user-agent") ?? "", peer });
        const maxAge = Math.floor(parts.sessionLifetime / 1_000);
        return answerRedirect("/", { "set-cookie": spellCookie(sessionCookie, token.reveal(), { maxAge, secure }) });
      },
    }),
    own({
      method: "POST",
      path: "/sign-out",
      id: "sign-out",
      says: "Ends the session that asks.",
      admits: { permission: "sessions.own" },
      page: true,
      answers: { 303: { says: "Signed out." } },
      async handle(asked) {
        const { session, id } = person(asked);
        await change(asked.caller, "sessions.own", (one) => endSession(one, session, id), asked);
        return answerRedirect("/", {
          "set-cookie": spellCookie(sessionCookie, "", { maxAge: 0, secure: asked.secure }),
        });
      },
    }),
    own({
      method: "GET",
      path: "/api/sessions",
      id: "list-sessions",
      says: "Lists one's own sessions, newest first.",
      admits: { permission: "sessions.own" },
      answers: { 200: { says: "The sessions.", json: z.object({ sessions: z.array(sessionSchema) }) } },
      async handle(asked) {
        const { id, session: current } = person(asked);
        return answerJson({ sessions: await ownSessions(read, id, current, clock.now()) });
      },
    }),
    own({
      method: "DELETE",
      path: "/api/sessions/{id}",
      id: "end-session",
      says: "Ends one of one's own sessions.",
      admits: { permission: "sessions.own" },
      params: z.object({ id: sessionId }),
      answers: { 204: { says: "Ended." } },
      async handle(asked) {
        await change(asked.caller, "sessions.own", (one) => endSession(one, asked.params.id, person(asked).id), asked);
        return new Response(null, { status: 204 });
      },
    }),
    own({
      method: "GET",
      path: "/api/people",
      id: "list-people",
      says: "Lists who has access, longest-standing first.",
      admits: { permission: "people.read" },
      answers: { 200: { says: "The people.", json: z.object({ people: z.array(personSchema) }) } },
      handle: async () =>
        answerJson({ people: (await people(read)).map(({ id, name, role, since }) => ({ id, name, role, since })) }),
    }),
    own({
      method: "POST",
      path: "/api/people",
      id: "invite-person",
      says: "Lets somebody in, and gives the path of their first sign-in link, which works once within 15 minutes.",
      admits: { permission: "people.manage" },
      body: inviteSchema,
      answers: { 201: { says: "Let in.", json: z.object({ id: personId, link: z.string() }) } },
      async handle(asked) {
        const { id, link } = await change(asked.caller, "people.manage", (one) => invitePerson(one, asked.body), asked);
        return answerJson({ id, link: `/sign-in?token=${link.reveal()}` }, 201);
      },
    }),
    own({
      method: "DELETE",
      path: "/api/people/{id}",
      id: "end-person",
      says: "Ends somebody's access, with all of their sessions.",
      admits: { permission: "people.manage" },
      params: z.object({ id: personId }),
      answers: { 204: { says: "Ended." } },
      async handle(asked) {
        await change(asked.caller, "people.manage", (one) => endPerson(one, asked.params.id), asked);
        return new Response(null, { status: 204 });
      },
    }),
    own({
      method: "GET",
      path: "/api/audit",
      id: "read-audit",
      says: "Reads the audit trail, newest first; `before` goes on from a page's last entry.",
      admits: { permission: "audit.read" },
      query: z.object({
        before: z.coerce.number().int().positive().optional(),
        limit: z.coerce.number().int().min(1).max(500).default(100),
      }),
      answers: { 200: { says: "The entries.", json: z.object({ entries: z.array(auditSchema) }) } },
      async handle({ query: { before, limit } }) {
        const rows = await auditTrail(read, { before, limit });
        const entries = rows.map(({ subject, details, ...row }) => ({
          ...row,
          ...(subject === null ? {} : { subject }),
          details: JSON.parse(details) as unknown,
        }));
        return answerJson({ entries });
      },
    }),
  ];
}

async function ownSessions(
  read: Reading<AccessTables>,
  ...[id, current, at]: [PersonActor["id"], PersonActor["session"], Parameters<typeof sessionsOf>[2]]
) {
  const rows = await sessionsOf(read, id, at);
  return rows.map((row) => ({
    id: row.id,
    begunAt: row.begun_at,
    expiresAt: row.expires_at,
    agent: row.agent,
    peer: row.peer,
    current: row.id === current,
  }));
}

/** Only people have sessions, and the permission that leads here is theirs alone. */
function person({ caller }: Pick<Asked<Actor, unknown, unknown, unknown>, "caller">): PersonActor {
  if (!isPerson(caller)) throw refuse("no-such-session");
  return caller;
}
