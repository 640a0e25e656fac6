/** Who may do what: people, roles, sessions, one-time links, the audit trail, and the one door for every change. */
export {
  type Actor,
  type ActorKind,
  ingestPermission,
  type IngestTokenActor,
  isIngestToken,
  isPerson,
  type PersonActor,
  systemActor,
  type TokenActor,
} from "./core/actor.ts";
export { checkPermissionTables, type PermissionTable, type Role, roles } from "./core/permissions.ts";
export type { Change, ChangeDoor } from "./change.ts";
export { type Access, type AccessOptions, createAccess, type IdentifyOptions } from "./create-access.ts";
export { type AuditEntry, type Person, type Session, sourceName, type Token } from "./contract.ts";
export type { AuditRow } from "./store.ts";
export { permissions } from "./permissions.ts";
export { sessionCookie } from "./sessions-http.ts";
export {
  askTerminal,
  listenForTerminal,
  runTerminalVerb,
  type TerminalVerb,
  terminalVerb,
  type TerminalVerbs,
} from "./terminal-socket.ts";
