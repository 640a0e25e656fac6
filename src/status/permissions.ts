import type { PermissionTable } from "#access";

export const permissions = {
  "status.read": { says: "See how the server is doing, in detail.", roles: ["owner", "responder", "reader"] },
} as const satisfies PermissionTable;
