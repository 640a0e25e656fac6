import type { Id, Instant } from "#kernel";

/** This folder's tables as Kysely sees them; `migrations/` makes them, `saved-store.ts` alone asks them. */
export interface SearchTables {
  lake_searches: {
    id: Id<"search">;
    name: string;
    query: string;
    lookup: "events" | "findings";
    /** As it was asked: `-24h`. */
    from_time: string | null;
    to_time: string | null;
    /** As the audit trail names whoever saved it. */
    owner: string;
    shared: 0 | 1;
    made_at: Instant;
    changed_at: Instant;
  };
}
