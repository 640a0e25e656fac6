import type { PermissionTable } from "#access";

/** What this room's verbs demand. */
export const permissions = {
  "ledger.read": {
    says: "Read the ledger: its entries, checkpoints and proofs.",
    roles: ["owner", "responder", "reader"],
  },
  "ledger.open": { says: "Get the salts that open an entry's seals.", roles: ["owner"] },
  "ledger.begin": { says: "Give the ledger its name and its first key.", roles: [] },
  "ledger.sequence": { says: "Put what was written down in order, and sign it.", roles: [] },
  "ledger.cosign": { says: "Keep a witness's cosignature.", roles: [] },
  "ledger.thin": { says: "Forget old checkpoints that later ones stand for.", roles: [] },
  "ledger.rotate": { says: "Go on with a new key, from the terminal.", roles: [] },
} as const satisfies PermissionTable;
