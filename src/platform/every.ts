import type { Clock } from "./clock.ts";

export interface EveryOptions {
  readonly clock: Clock;
  /** Told of what the work threw; it runs again at its next time all the same. */
  readonly onFault: (error: unknown) => void;
}

/** Does work at once and then again and again, `milliseconds` after it ended, until disposed of; disposal waits for its end. */
export function every(
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<unknown>,
  { clock, onFault }: EveryOptions,
): AsyncDisposable {
  const stop = new AbortController();
  const { signal } = stop;
  const run = async () => {
    while (!signal.aborted) {
      try {
        await work(signal);
      } catch (error) {
        if (!signal.aborted) onFault(error);
      }
      await clock.sleep(milliseconds, signal).catch(() => undefined);
    }
  };
  const running = run();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}
