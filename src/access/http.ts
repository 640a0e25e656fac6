import { z } from "zod";
import { answerJson, route, type Route } from "#http";
import { auditSchema, inviteSchema, personId, personSchema } from "./contract.ts";
import type { Actor } from "./core/actor.ts";
import { type AccessParts, sessionRoutes } from "./sessions-http.ts";
import { auditTrail, people } from "./store.ts";
import { tokenRoutes, type TokenRouteParts } from "./tokens-http.ts";
import { endPerson } from "./verbs/end-person.ts";
import { invitePerson } from "./verbs/invite-person.ts";

const own = route<Actor>();

export function accessRoutes(parts: AccessParts & TokenRouteParts): Route<Actor>[] {
  const { read, change } = parts;
  return [
    ...sessionRoutes(parts),
    ...tokenRoutes(parts),
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
        const entries = rows.map(({ subject, details, request, ...row }) => ({
          ...row,
          ...(subject === null ? {} : { subject }),
          ...(request === null ? {} : { requestId: request }),
          details: JSON.parse(details) as unknown,
        }));
        return answerJson({ entries });
      },
    }),
  ];
}
