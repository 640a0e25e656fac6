import { randomInt } from "node:crypto";

/** Told of each further try, right before its wait; for a metric. */
export type OnRetry = () => void;

/**
 * How long to wait before another try: exponential with full jitter, so that many who failed at once do not come back
 * at once. `attempt` counts from 1. Milliseconds.
 */
export function backoff(attempt: number, { first = 250, most = 300_000 } = {}): number {
  const ceiling = Math.min(most, first * 2 ** Math.min(attempt - 1, 30));
  return randomInt(1, Math.max(2, Math.round(ceiling) + 1));
}
