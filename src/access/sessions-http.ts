import { z } from "zod";
import { answerJson, answerRedirect, type Asked, route, type Route, spellCookie } from "#http";
import { Refusal } from "#kernel";
import { sessionId, sessionSchema } from "./contract.ts";
import { type Actor, isPerson, type PersonActor } from "./core/actor.ts";
import { listSessions, type SessionsParts } from "./list-sessions.ts";
import { refuse } from "./refusals.ts";
import { endOtherSessions } from "./verbs/end-other-sessions.ts";
import { endSession } from "./verbs/end-session.ts";
import { signIn, type SignInParts } from "./verbs/sign-in.ts";

export const sessionCookie = "meridian_session";

export type AccessParts = SignInParts & SessionsParts;

const own = route<Actor>();

/** How sessions begin and end: for the pages' forms, and for programs. */
export function sessionRoutes(parts: AccessParts): Route<Actor>[] {
  const { change } = parts;
  const signOut = async (asked: Pick<Asked<Actor, unknown, unknown, unknown>, "caller" | "secure" | "requestId">) => {
    const { session, id } = person(asked);
    await change(asked.caller, "sessions.own", (one) => endSession(one, session, id), asked);
    return answerRedirect("/", { "set-cookie": spellCookie(sessionCookie, "", { maxAge: 0, secure: asked.secure }) });
  };
  return [
    own({
      method: "POST",
      path: "/sign-in",
      id: "sign-in",
      says: "Begins a session with a one-time link's token, which is used up.",
      admits: { public: "whoever holds a link is let in by it" },
      page: true,
      // Somebody who mistypes; not a program that guesses, though 256 bits leave it nothing to hope for.
      failures: { burst: 10, every: 30_000 },
      body: z.object({ token: z.string().max(100) }),
      bodyType: "form",
      answers: { 303: { says: "Signed in; the session is in the cookie." } },
      async handle({ body, request, peer, secure, requestId }) {
        const agent = request.headers.get("user-agent") ?? "";
        const token = await signIn(parts, body.token, { agent, peer, requestId });
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
      handle: signOut,
    }),
    own({
      method: "POST",
      path: "/sessions/{id}/end",
      id: "end-session-by-form",
      says: "Ends one of one's own sessions; this one is signed out.",
      admits: { permission: "sessions.own" },
      page: true,
      params: z.object({ id: sessionId }),
      answers: { 303: { says: "Ended, or it had ended before." } },
      async handle(asked) {
        const { id, session } = person(asked);
        if (asked.params.id === session) return signOut(asked);
        const ended = await change(
          asked.caller,
          "sessions.own",
          (one) => endSession(one, asked.params.id, id),
          asked,
        ).then(
          () => 1,
          (error: unknown) => {
            // Two tabs, or a second click: what was asked for is so.
            if (error instanceof Refusal && error.code === "access/no-such-session") return 0;
            throw error;
          },
        );
        return answerRedirect(`/sessions?ended=${ended}`);
      },
    }),
    own({
      method: "POST",
      path: "/sessions/end-others",
      id: "end-other-sessions",
      says: "Ends all of one's own sessions but the one that asks.",
      admits: { permission: "sessions.own" },
      page: true,
      answers: { 303: { says: "Ended." } },
      async handle(asked) {
        const { id, session } = person(asked);
        const ended = await change(asked.caller, "sessions.own", (one) => endOtherSessions(one, id, session), asked);
        return answerRedirect(`/sessions?ended=${ended}`);
      },
    }),
    own({
      method: "GET",
      path: "/api/sessions",
      id: "list-sessions",
      says: "Lists one's own sessions, newest first.",
      admits: { permission: "sessions.own" },
      answers: { 200: { says: "The sessions.", json: z.object({ sessions: z.array(sessionSchema) }) } },
      handle: async (asked) => answerJson({ sessions: await listSessions(parts, person(asked)) }),
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
  ];
}

/** Only people have sessions, and the permission that leads here is theirs alone. */
function person({ caller }: { readonly caller: Actor }): PersonActor {
  if (!isPerson(caller)) throw refuse("no-such-session");
  return caller;
}
