import type { Id } from "#kernel";
import { type PermissionTable, permissionsOf, type Role } from "./permissions.ts";

export type ActorKind = "stranger" | "person" | "link" | "system";

/** Who does something. */
export interface Actor {
  readonly kind: ActorKind;
  /** As the audit trail names it: `person_…`, `link_…`, `system:start`. Absent for strangers. */
  readonly id?: string;
  may(permission: string): boolean;
}

/** A person in a session. */
export interface PersonActor extends Actor {
  readonly kind: "person";
  readonly id: Id<"person">;
  readonly name: string;
  readonly role: Role;
  readonly session: Id<"session">;
}

export const stranger: Actor = { kind: "stranger", may: () => false };

export function personActor(
  person: { readonly id: Id<"person">; readonly name: string; readonly role: Role },
  session: Id<"session">,
  table: PermissionTable,
): PersonActor {
  const has = permissionsOf(person.role, table);
  const { id, name, role } = person;
  return { kind: "person", id, name, role, session, may: (permission) => has.has(permission) };
}

/** Whoever holds a link may begin one session with it. */
export function linkActor(id: Id<"link">): Actor {
  return { kind: "link", id, may: (permission) => permission === "sessions.begin" };
}

/** The program itself, doing one named thing that nobody asked for by hand: start-up, a job, the terminal. */
export function systemActor(name: string, may: readonly string[]): Actor {
  return { kind: "system", id: `system:${name}`, may: (permission) => may.includes(permission) };
}

export function isPerson(actor: Actor): actor is PersonActor {
  return actor.kind === "person";
}
