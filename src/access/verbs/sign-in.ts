import { instant, type Secret } from "#kernel";
import type { Clock, Reading } from "#platform";
import type { ChangeDoor } from "../change.ts";
import { linkActor } from "../core/actor.ts";
import { refuse } from "../refusals.ts";
import { addSession, linkByHash, useLink } from "../store.ts";
import type { AccessTables } from "../tables.ts";
import { hashToken, makeToken } from "../token.ts";

export interface SignInParts {
  readonly read: Reading<AccessTables>;
  readonly change: ChangeDoor;
  readonly clock: Clock;
  /** Milliseconds. */
  readonly sessionLifetime: number;
}

/** Where a session began, to tell one's own sessions apart. */
export interface SignInPlace {
  readonly agent: string;
  readonly peer: string;
  /** The request, for its audit entry. */
  readonly requestId?: string;
}

/** Begins a session with a link's token, which is used up; gives the session's token. Throws refusals. */
export async function signIn(
  { read, change, clock, sessionLifetime }: SignInParts,
  linkToken: string,
  place: SignInPlace,
): Promise<Secret> {
  const link = await linkByHash(read, hashToken(linkToken));
  if (!link) throw refuse("link-unknown");
  if (link.used_at !== null) throw refuse("link-used");
  if (link.expires_at <= clock.now()) throw refuse("link-expired");
  const { token, hash } = makeToken();
  return change(
    linkActor(link.id),
    "sessions.begin",
    async ({ tx, at, newId, announce, audit }) => {
      // Asked again inside of the transaction: of two at once, one is too late.
      if (!(await useLink(tx, link.id, at))) throw refuse("link-used");
      const id = newId("session");
      await addSession(tx, {
        id,
        hash,
        person: link.person,
        begun_at: at,
        expires_at: instant(at + sessionLifetime),
        ended_at: null,
        agent: storable(place.agent),
        peer: storable(place.peer),
        seen_at: at,
      });
      announce("session.begun", { session: id, person: link.person });
      audit(link.person, { session: id, peer: storable(place.peer) });
      return token;
    },
    place,
  );
}

/** What a stranger's program said of itself, short and without what records cannot hold. */
function storable(text: string): string {
  return text
    .toWellFormed()
    .replace(/\p{Cc}/gu, " ")
    .slice(0, 200)
    .toWellFormed();
}
