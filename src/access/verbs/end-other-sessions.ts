import type { Id } from "#kernel";
import type { Change } from "../change.ts";
import { endOtherSessions as end } from "../store.ts";

/** Ends all of a person's sessions but one; gives back how many. */
export async function endOtherSessions(change: Change, person: Id<"person">, kept: Id<"session">): Promise<number> {
  const ended = await end(change.tx, person, kept, change.at);
  for (const session of ended) change.announce("session.ended", { session, person });
  change.audit(person, { kept, ended });
  return ended.length;
}
