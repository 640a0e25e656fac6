import type { Id, Instant } from "#kernel";

export type KeptTable = "events" | "findings" | "dead_letters";
export const keptTables = ["events", "findings", "dead_letters"] as const satisfies readonly KeptTable[];

/** This room's records as Kysely sees them; `migrations/` makes them, `keeping/keeping-store.ts` alone asks them. */
export interface LakeTables {
  lake_retention: {
    id: Id<"retention">;
    of: KeptTable;
    source: string;
    class: number;
    days: number;
    set_at: Instant;
    set_by: string;
  };
  lake_holds: {
    id: Id<"hold">;
    reason: string;
    owner: string;
    source: string;
    host: string;
    user: string;
    from_time: Instant | null;
    to_time: Instant | null;
    placed_at: Instant;
    placed_by: string;
    lifted_at: Instant | null;
    lifted_by: string | null;
  };
  lake_erasures: {
    id: Id<"erasure">;
    kind: "user" | "host" | "address" | "text";
    subject: string | null;
    fingerprint: string;
    reason: string;
    state: "running" | "done" | "held" | "failed";
    asked_at: Instant;
    asked_by: string;
    ended_at: Instant | null;
    counts: string;
  };
}
