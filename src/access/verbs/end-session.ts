import type { Id } from "#kernel";
import type { Change } from "../change.ts";
import { refuse } from "../refusals.ts";
import { endSession as end } from "../store.ts";

/** Ends one of a person's sessions. Throws a refusal where that person has no such living session. */
export async function endSession(change: Change, session: Id<"session">, person: Id<"person">): Promise<void> {
  if (!(await end(change.tx, session, person, change.at))) throw refuse("no-such-session");
  change.announce("session.ended", { session, person });
  change.audit(session, { person });
}
