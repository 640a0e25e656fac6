/** Who may do what: people, roles, sessions, one-time links, the audit trail, and the one door for every change. */
export { type Actor, type ActorKind, isPerson, type PersonActor, systemActor } from "./core/actor.ts";
export { checkPermissionTables, type PermissionTable, type Role, roles } from "./core/permissions.ts";
export type { Change, ChangeDoor } from "./change.ts";
export { type Access, type AccessOptions, createAccess } from "./create-access.ts";
export type { AuditEntry, Person, Session } from "./contract.ts";
export { permissions } from "./permissions.ts";
export { sessionCookie } from "./sessions-http.ts";
export { askForLink, listenForTerminal } from "./terminal-socket.ts";
