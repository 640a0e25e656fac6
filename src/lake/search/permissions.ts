import type { PermissionTable } from "#access";

/** What searching demands. */
export const searchPermissions = {
  "search.run": { says: "Search events and findings.", roles: ["owner", "responder", "reader"] },
  "search.save": { says: "Save searches under a name and share them.", roles: ["owner", "responder", "reader"] },
  "search.export": { says: "Take the results of a search away as a file.", roles: ["owner", "responder"] },
  "search.sql": { says: "Ask the lake in SQL, reading only.", roles: ["owner"] },
} as const satisfies PermissionTable;
