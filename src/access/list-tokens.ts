import type { Selectable } from "kysely";
import type { Id } from "#kernel";
import type { Reading } from "#platform";
import type { Token } from "./contract.ts";
import type { TokenGrant } from "./core/token-grant.ts";
import type { Sightings } from "./sightings.ts";
import { tokens } from "./store.ts";
import type { AccessTables } from "./tables.ts";

export interface TokensParts {
  readonly read: Reading<AccessTables>;
  readonly tokenSightings: Sightings<"token">;
}

/** Where a page begins, and how long it may be. */
export interface TokensPage {
  /** The id of the last token of the page before. */
  readonly after?: Id<"token"> | undefined;
  readonly limit: number;
}

/** Tokens, newest first, those too that were revoked or have expired; `next` where there are more. */
export async function listTokens(
  { read, tokenSightings }: TokensParts,
  { after, limit }: TokensPage,
): Promise<{ tokens: Token[]; next?: Id<"token"> }> {
  const rows = await tokens(read, { after, limit: limit + 1 });
  const page = rows.slice(0, limit).map((row) => spellToken(row, tokenSightings));
  const last = page.at(-1);
  return { tokens: page, ...(rows.length > limit && last ? { next: last.id } : {}) };
}

function spellToken(row: Selectable<AccessTables["access_tokens"]>, sightings: Sightings<"token">): Token {
  const seenAt = sightings.latest(row.id, row.seen_at);
  return {
    id: row.id,
    ...grantOf(row),
    note: row.note,
    tail: row.tail,
    madeAt: row.made_at,
    madeBy: row.made_by,
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
    ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at }),
    ...(seenAt === undefined ? {} : { seenAt }),
  };
}

export function grantOf({
  id,
  kind,
  source,
  role,
}: Pick<Selectable<AccessTables["access_tokens"]>, "id" | "kind" | "source" | "role">): TokenGrant {
  if (kind === "ingest" && source !== null) return { kind, source };
  if (kind === "api" && role !== null) return { kind, role };
  throw new Error(`the token ${id} is for nothing`);
}
