import { type Id, instant, type Secret } from "#kernel";
import type { Change } from "../change.ts";
import type { TokenGrant } from "../core/token-grant.ts";
import { addToken } from "../store.ts";
import { makeTokenText } from "../token-text.ts";

export interface TokenWish {
  readonly grant: TokenGrant;
  /** For people: where it lives, whom to ask. */
  readonly note: string;
  /** Milliseconds; for ever where it says none. */
  readonly lifetime?: number | undefined;
}

/** Makes a token. Its text is given out here and kept nowhere. */
export async function createToken(
  change: Change,
  { grant, note, lifetime }: TokenWish,
): Promise<{ readonly id: Id<"token">; readonly token: Secret }> {
  const { token, hash, tail } = makeTokenText(grant.kind);
  const id = change.newId("token");
  const expires_at = lifetime === undefined ? null : instant(change.at + lifetime);
  await addToken(change.tx, {
    id,
    hash,
    kind: grant.kind,
    source: grant.kind === "ingest" ? grant.source : null,
    role: grant.kind === "api" ? grant.role : null,
    note,
    tail,
    made_at: change.at,
    made_by: change.actor.id ?? "",
    expires_at,
    revoked_at: null,
    seen_at: null,
  });
  change.announce("token.made", { token: id, ...grant });
  change.audit(id, { ...grant, note, ...(expires_at === null ? {} : { expiresAt: expires_at }) });
  return { id, token };
}
