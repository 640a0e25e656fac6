import type { Id, Instant } from "#kernel";

/**
 * When sessions of this process were last seen. A write for every request would be a change with an audit entry each, so
 * this is kept here and written down together now and then. Bounded by the sessions that were seen since.
 */
export class Sightings {
  readonly #seen = new Map<Id<"session">, Instant>();

  note(session: Id<"session">, at: Instant): void {
    this.#seen.set(session, at);
  }

  /** The later of what is known here and what was `kept`. */
  latest(session: Id<"session">, kept: Instant | null): Instant | undefined {
    const here = this.#seen.get(session);
    if (here === undefined || kept === null) return here ?? kept ?? undefined;
    return here > kept ? here : kept;
  }

  /** Hands what was seen to `keep`; forgets it once that is done, but for what was seen anew meanwhile. */
  async flush(keep: (seen: readonly (readonly [Id<"session">, Instant])[]) => Promise<void>): Promise<void> {
    const seen = [...this.#seen];
    if (seen.length === 0) return;
    await keep(seen);
    for (const [session, at] of seen) if (this.#seen.get(session) === at) this.#seen.delete(session);
  }
}
