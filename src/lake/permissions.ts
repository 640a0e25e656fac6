import type { PermissionTable } from "#access";

/** What keeping and forgetting demand. */
export const permissions = {
  "retention.read": { says: "See how long events are kept.", roles: ["owner", "responder"] },
  "retention.manage": { says: "Say how long events are kept.", roles: ["owner"], peopleOnly: true },
  "retention.forget": { says: "Forget events that were kept as long as they should be.", roles: [] },
  "holds.read": { says: "See what is held for a case and may not be forgotten.", roles: ["owner", "responder"] },
  "holds.manage": { says: "Hold events for a case, and lift holds.", roles: ["owner"], peopleOnly: true },
  "erasure.read": { says: "See whose data were erased, and count what an erasure would take.", roles: ["owner"] },
  "erasure.manage": { says: "Erase all that is kept about somebody or something.", roles: ["owner"], peopleOnly: true },
  "erasure.finish": { says: "Write down what an erasure took.", roles: [] },
} as const satisfies PermissionTable;
