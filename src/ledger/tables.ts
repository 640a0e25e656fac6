import type { Generated } from "kysely";
import type { Instant } from "#kernel";

/** This room's tables as Kysely sees them; `migrations/` makes them, `store.ts` and `record.ts` alone ask them. */
export interface LedgerTables {
  ledger_pending: { sequence: Generated<number>; at: Instant; kind: string; subject: string; body: string };
  ledger_entries: { position: number; at: Instant; kind: string; subject: string; leaf: string };
  ledger_nodes: { id: number; hash: Uint8Array };
  ledger_head: { id: 1; origin: string; size: number; holder: string | null; held_until: Instant | null };
  ledger_keys: { verifier: string; since_size: number; since: Instant; ended_at: Instant | null };
  ledger_checkpoints: { size: number; at: Instant; root: Uint8Array; note: string };
  ledger_cosignatures: { size: number; witness: string; at: Instant; line: string };
  ledger_salts: { seal: string; subject: string; salt: Uint8Array };
}
