import type { Id } from "#kernel";
import { type PermissionTable, permissionsOf, type Role } from "./permissions.ts";
import type { TokenGrant } from "./token-grant.ts";

export type ActorKind = "stranger" | "person" | "link" | "token" | "system";

/** Who does something. */
export interface Actor {
  readonly kind: ActorKind;
  /** As the audit trail names it: `person_…`, `link_…`, `token_…`, `system:start`. Absent for strangers. */
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

/** A program with a token: of a source, which only sends events, or with a role. */
export interface TokenActor extends Actor {
  readonly kind: "token";
  readonly id: Id<"token">;
  readonly source?: string;
  readonly role?: Role;
}

/** A token of a source. All that it sends is of this source. */
export interface IngestTokenActor extends TokenActor {
  readonly source: string;
}

/** The one thing that a source's token may do. The ingest room's table names it, with no role. */
export const ingestPermission = "ingest.send";

export const stranger: Actor = { kind: "stranger", may: () => false };

export function personActor(
  person: { readonly id: Id<"person">; readonly name: string; readonly role: Role },
  session: Id<"session">,
  table: PermissionTable,
): PersonActor {
  const has = permissionsOf(person.role, table, "person");
  const { id, name, role } = person;
  return { kind: "person", id, name, role, session, may: (permission) => has.has(permission) };
}

export function tokenActor(
  { id, grant }: { readonly id: Id<"token">; readonly grant: TokenGrant },
  table: PermissionTable,
): TokenActor {
  if (grant.kind === "ingest")
    return { kind: "token", id, source: grant.source, may: (permission) => permission === ingestPermission };
  const has = permissionsOf(grant.role, table, "token");
  return { kind: "token", id, role: grant.role, may: (permission) => has.has(permission) };
}

/** One who may do only what another may do, too. */
export function held<Who extends Actor>(actor: Who, by: Actor): Who {
  return { ...actor, may: (permission: string) => actor.may(permission) && by.may(permission) };
}

/** Whoever holds a link may begin one session with it. */
export function linkActor(id: Id<"link">): Actor {
  return { kind: "link", id, may: (permission) => permission === "sessions.begin" };
}

/** The program itself, doing one named thing that nobody asked for by hand: start-up, a job, the terminal. */
export function systemActor(name: string, may: readonly string[]): Actor {
  return { kind: "system", id: `system:${name}`, may: (permission) => may.includes(permission) };
}

export function isIngestToken(actor: Actor): actor is IngestTokenActor {
  return actor.kind === "token" && "source" in actor && actor.source !== undefined;
}

export function isPerson(actor: Actor): actor is PersonActor {
  return actor.kind === "person";
}
