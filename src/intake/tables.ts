import type { Instant } from "#kernel";

/** This room's tables as Kysely sees them; `migrations/` makes them, `store.ts` alone asks them. */
export interface IntakeTables {
  intake_sources: {
    name: string;
    /** JSON: a `SourceWish`. */
    wish: string;
    made_at: Instant;
    made_by: string;
    changed_at: Instant;
    changed_by: string;
    challenge: string | null;
    challenge_at: Instant | null;
  };
}
