import type { Clock } from "#platform";
import type { Committer } from "../spine/commit.ts";
import type { FindingsReading } from "#lake";
import type { LiveCorrelator } from "./live-correlator.ts";

/**
 * Observes again what was found in the time that correlations look back over, so that a restart forgets nothing. What that
 * completes has been found before, with the same ids; what a crash left unsaid is said now.
 */
export async function rebuildCorrelations({
  lake,
  correlator,
  committer,
  clock,
  from,
}: {
  readonly lake: FindingsReading;
  readonly correlator: LiveCorrelator;
  readonly committer: Committer;
  readonly clock: Clock;
  /** Before it, all that was completed is known to be stored. Milliseconds since 1970. */
  readonly from: number;
}): Promise<void> {
  const { memory } = correlator;
  if (memory === 0) return;
  const now = clock.now();
  for await (const rows of lake.since(now - 2 * memory)) {
    const seen = rows.filter(({ type, muted }) => type === "detection" && muted !== "excepted");
    await committer.observeAgain(seen, Math.max(now - memory, from));
  }
}
