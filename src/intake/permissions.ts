import type { PermissionTable } from "#access";

/** What this room's verbs demand. */
export const permissions = {
  "ingest.send": { says: "Send events of one source.", roles: [] },
  "sources.read": { says: "See which sources send, and how they are.", roles: ["owner", "responder", "reader"] },
  "sources.manage": { says: "Make, change and forget sources.", roles: ["owner", "responder"] },
  "sources.note": {
    says: "Keep what a source's sender made known: that it is there, its proof of ownership.",
    roles: [],
  },
  "dead-letters.read": { says: "See records that could not be read, and their bytes.", roles: ["owner", "responder"] },
  "dead-letters.manage": { says: "Try unreadable records again, and forget them.", roles: ["owner", "responder"] },
} as const satisfies PermissionTable;
