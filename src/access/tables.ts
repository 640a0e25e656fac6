import type { Generated } from "kysely";
import type { Id, Instant } from "#kernel";
import type { Role } from "./core/permissions.ts";
import type { TokenKind } from "./token-text.ts";

/** This room's tables as Kysely sees them; `migrations/` makes them, `store.ts` alone asks them. */
export interface AccessTables {
  access_people: { id: Id<"person">; name: string; role: Role; since: Instant; ended_at: Instant | null };
  access_links: {
    id: Id<"link">;
    hash: string;
    person: Id<"person">;
    made_at: Instant;
    expires_at: Instant;
    used_at: Instant | null;
  };
  access_sessions: {
    id: Id<"session">;
    hash: string;
    person: Id<"person">;
    begun_at: Instant;
    expires_at: Instant;
    ended_at: Instant | null;
    agent: string;
    peer: string;
    seen_at: Instant | null;
  };
  access_tokens: {
    id: Id<"token">;
    hash: string;
    kind: TokenKind;
    source: string | null;
    role: Role | null;
    note: string;
    tail: string;
    made_at: Instant;
    made_by: string;
    expires_at: Instant | null;
    revoked_at: Instant | null;
    seen_at: Instant | null;
  };
  access_audit: {
    sequence: Generated<number>;
    at: Instant;
    actor: string;
    action: string;
    outcome: "done" | "refused";
    subject: string | null;
    details: string;
    request: string | null;
  };
}
