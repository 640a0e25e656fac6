import type { Id, Secret } from "#kernel";
import type { Change } from "../change.ts";
import type { Role } from "../core/permissions.ts";
import { addPerson } from "../store.ts";
import { makeSignInLink } from "./make-sign-in-link.ts";

/** Lets somebody in: a person with a role, and the link for their first session. */
export async function invitePerson(
  change: Change,
  { name, role }: { readonly name: string; readonly role: Role },
): Promise<{ id: Id<"person">; link: Secret }> {
  const id = change.newId("person");
  await addPerson(change.tx, { id, name, role, since: change.at, ended_at: null });
  const link = await makeSignInLink(change, id);
  change.announce("person.invited", { person: id, name, role });
  change.audit(id, { name, role });
  return { id, link };
}
