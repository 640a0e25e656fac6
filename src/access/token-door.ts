import type { Instant, Refusal } from "#kernel";
import { RateLimit } from "#http";
import type { Clock, Reading } from "#platform";
import { tokenActor, type TokenActor } from "./core/actor.ts";
import type { PermissionTable } from "./core/permissions.ts";
import { type Credentials, readCredentials } from "./core/read-credentials.ts";
import { grantOf } from "./list-tokens.ts";
import { Recent } from "./recent.ts";
import { refuse } from "./refusals.ts";
import type { Sightings } from "./sightings.ts";
import { tokenByHash } from "./store.ts";
import type { AccessTables } from "./tables.ts";
import { hashToken } from "./token.ts";
import { readTokenText } from "./token-text.ts";

export interface TokenDoorParts {
  readonly read: Reading<AccessTables>;
  readonly clock: Clock;
  /** Milliseconds from any start, never going back. */
  readonly monotonic: () => number;
  readonly sightings: Sightings<"token">;
  readonly permissions: PermissionTable;
}

type Bad = "token-unknown" | "token-revoked" | "token-expired";
type Known = { readonly actor: TokenActor; readonly expiresAt: Instant | null };

/**
 * Tells whose token a request brings. Thousands of requests a second bring the same few, so what the records say of one
 * is remembered for 10 seconds; a token revoked in this process is of no use at once, one revoked in another after that.
 */
export class TokenDoor {
  readonly #parts: TokenDoorParts;
  readonly #good = new Recent<Known>({ lifetime: 10_000, most: 10_000 });
  /** Apart, so that made-up tokens push out no good one. */
  readonly #bad = new Recent<Bad>({ lifetime: 10_000, most: 10_000 });
  readonly #asking = new Map<string, Promise<Known | Bad>>();
  readonly #failures: RateLimit;
  readonly #lookups: RateLimit;
  #generation = 0;

  constructor(parts: TokenDoorParts) {
    const now = parts.monotonic;
    this.#parts = parts;
    this.#failures = new RateLimit({ burst: 10, every: 10_000, now });
    // Only for tokens that are well-formed and yet unheard of: a good one finds its way past a neighbour's bad one.
    this.#lookups = new RateLimit({ burst: 300, every: 20, now });
  }

  /** Throws refusals: 401 for a token that does not work, 429 once too many of an address did not. */
  async admit(header: string, address: string): Promise<TokenActor> {
    const credentials = readCredentials(header);
    const text = credentials?.candidates.find((candidate) => readTokenText(candidate) !== undefined);
    if (!credentials || text === undefined) throw this.#failed(address, unauthorised("token-unreadable"));
    const { clock, sightings } = this.#parts;
    const found = await this.#find(hashToken(text), address);
    if (typeof found === "string") throw this.#failed(address, unauthorised(found));
    if (found.expiresAt !== null && found.expiresAt <= clock.now())
      throw this.#failed(address, unauthorised("token-expired"));
    checkScheme(credentials, found.actor);
    sightings.note(found.actor.id, clock.now());
    return found.actor;
  }

  /** For after a token was revoked: nothing that was read before is believed any more. */
  forget(): void {
    this.#generation += 1;
    this.#good.clear();
  }

  async #find(hash: string, address: string): Promise<Known | Bad> {
    const now = this.#parts.clock.now();
    const known = this.#good.get(hash, now) ?? this.#bad.get(hash, now);
    if (known !== undefined) return known;
    const asked = this.#asking.get(hash);
    if (asked) return asked;
    const wait = this.#lookups.take(address);
    if (wait > 0) throw tooMany(wait);
    const asking = this.#ask(hash).finally(() => this.#asking.delete(hash));
    this.#asking.set(hash, asking);
    const found = await asking;
    if (typeof found !== "string") this.#lookups.giveBack(address);
    return found;
  }

  async #ask(hash: string): Promise<Known | Bad> {
    const { read, clock, permissions } = this.#parts;
    const generation = this.#generation;
    const row = await tokenByHash(read, hash);
    const now = clock.now();
    const bad = judge(row, now);
    if (bad !== undefined || !row) {
      this.#bad.set(hash, bad ?? "token-unknown", now);
      return bad ?? "token-unknown";
    }
    const known = { actor: tokenActor({ id: row.id, grant: grantOf(row) }, permissions), expiresAt: row.expires_at };
    // Read before something was revoked, it may be of what was revoked.
    if (generation === this.#generation) this.#good.set(hash, known, now);
    return known;
  }

  #failed(address: string, refusal: Refusal): Refusal {
    const wait = this.#failures.take(address);
    return wait > 0 ? tooMany(wait) : refusal;
  }
}

function judge(
  row: { readonly revoked_at: Instant | null; readonly expires_at: Instant | null } | undefined,
  now: Instant,
): Bad | undefined {
  if (!row) return "token-unknown";
  if (row.revoked_at !== null) return "token-revoked";
  return row.expires_at !== null && row.expires_at <= now ? "token-expired" : undefined;
}

/** The other schemes are for senders of events that know no better; for all else there is one way. */
function checkScheme({ scheme }: Credentials, { source }: TokenActor): void {
  if (source === undefined && scheme !== "bearer") throw unauthorised("token-scheme", { scheme });
}

/** RFC 6750, section 3.1. */
function unauthorised(code: Parameters<typeof refuse>[0], details: Record<string, string> = {}): Refusal {
  return refuse(code, { ...details, challenge: 'Bearer realm="meridian", error="invalid_token"' });
}

function tooMany(wait: number): Refusal {
  return refuse("too-many-bad-tokens", { retryAfter: Math.ceil(wait / 1_000) });
}
