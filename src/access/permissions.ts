import type { PermissionTable } from "./core/permissions.ts";

/** What this room's verbs demand. */
export const permissions = {
  "sessions.begin": { says: "Begin a session with a one-time link.", roles: [] },
  "sessions.own": {
    says: "See and end one's own sessions.",
    roles: ["owner", "responder", "reader"],
    peopleOnly: true,
  },
  "sessions.note": { says: "Keep when sessions and tokens were last seen.", roles: [] },
  "people.read": { says: "See who has access, and with which role.", roles: ["owner", "responder"] },
  "people.manage": { says: "Let people in and end their access.", roles: ["owner"], peopleOnly: true },
  "tokens.read": {
    says: "See which tokens programs have, never the tokens themselves.",
    roles: ["owner", "responder"],
  },
  "tokens.manage": { says: "Make tokens for programs and revoke them.", roles: ["owner"], peopleOnly: true },
  "links.make": { says: "Make a sign-in link from the terminal, or at the first start.", roles: [] },
  "audit.read": { says: "Read the audit trail.", roles: ["owner"] },
  "access.forget": { says: "Forget links, sessions and tokens that ended long ago.", roles: [] },
} as const satisfies PermissionTable;
