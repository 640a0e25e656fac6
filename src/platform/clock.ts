import { setTimeout as delay } from "node:timers/promises";
import { type Instant, instant } from "#kernel";

/** The time, and waiting for it. Everything that asks what time it is asks a Clock that was handed to it. */
export interface Clock {
  now(): Instant;
  /** Resolves once `now()` has moved on by `milliseconds`; rejects with the signal's reason when aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => instant(Date.now()),
  sleep: async (milliseconds, signal) => {
    signal?.throwIfAborted();
    // Node's own AbortError hides the reason; callers are promised the reason.
    await delay(milliseconds, undefined, signal ? { signal } : {}).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
  },
};

/** A clock for tests: it stands still until it is moved, and never moves back. */
export interface SettableClock extends Clock {
  /** Moves on and wakes, in order of their time, those whose sleep has ended. */
  advance(milliseconds: number): void;
  /** How many sleepers wait; lets a test wait until the code under test has gone to sleep. */
  readonly sleepers: number;
}

export function settableClock(start: Instant): SettableClock {
  let now: number = start;
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  return {
    now: () => instant(now),
    get sleepers() {
      return sleepers.size;
    },
    sleep(milliseconds, signal) {
      return new Promise<void>((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        if (milliseconds <= 0) return resolve();
        const sleeper = { until: now + milliseconds, wake: () => end(resolve) };
        const abort = () => end(() => reject(signal?.reason));
        const end = (settle: () => void) => {
          sleepers.delete(sleeper);
          signal?.removeEventListener("abort", abort);
          settle();
        };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", abort, { once: true });
      });
    },
    advance(milliseconds) {
      if (!(milliseconds >= 0)) throw new RangeError("a clock does not run backwards");
      now += milliseconds;
      const due = [...sleepers].filter(({ until }) => until <= now).sort((a, b) => a.until - b.until);
      for (const { wake } of due) wake();
    },
  };
}
