import type { Id } from "#kernel";
import type { Change } from "../change.ts";
import { refuse } from "../refusals.ts";
import { endPerson as end, people } from "../store.ts";
import type { AccessTables } from "../tables.ts";

/** Ends somebody's access with all of their sessions and links. Refused for the last owner. */
export async function endPerson(change: Change, id: Id<"person">): Promise<void> {
  const all = await people(change.tx.tables<AccessTables>());
  const owners = all.filter(({ role }) => role === "owner");
  if (owners.length === 1 && owners[0]?.id === id) throw refuse("last-owner");
  if (!(await end(change.tx, id, change.at))) throw refuse("no-such-person");
  change.announce("person.ended", { person: id });
  change.audit(id);
}
