import type { Id, Instant } from "#kernel";

type Seen<Kind extends string> = readonly (readonly [Id<Kind>, Instant])[];

/**
 * When sessions, or tokens, of this process were last seen. A write for every request would be a change with an audit
 * entry each, so this is kept here and written down together now and then. Bounded by those that were seen since.
 */
export class Sightings<Kind extends "session" | "token"> {
  readonly #seen = new Map<Id<Kind>, Instant>();

  note(id: Id<Kind>, at: Instant): void {
    this.#seen.set(id, at);
  }

  /** The later of what is known here and what was `kept`. */
  latest(id: Id<Kind>, kept: Instant | null): Instant | undefined {
    const here = this.#seen.get(id);
    if (here === undefined || kept === null) return here ?? kept ?? undefined;
    return here > kept ? here : kept;
  }

  /** What was seen and not written down yet. */
  waiting(): Seen<Kind> {
    return [...this.#seen];
  }

  /** Forgets what was written down, but for what was seen anew meanwhile. */
  written(seen: Seen<Kind>): void {
    for (const [id, at] of seen) if (this.#seen.get(id) === at) this.#seen.delete(id);
  }
}
