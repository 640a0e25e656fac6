import type { Caller, Route } from "./contract.ts";
import { RateLimit } from "./rate-limit.ts";
import { refuse } from "./refusals.ts";

/** What strangers at one address may ask of pages and files before they are slowed down. */
const strangersRate = { burst: 300, every: 20 };

export interface RequestLimits {
  /**
   * Counts a request by what its address is limited by, or throws the refusal `http/too-many-requests`. Call what it gives back
   * once the request has succeeded: then it was no failure.
   */
  count(route: Route<Caller>, caller: Caller, key: string): () => void;
}

/** Limits by address: strangers' requests, and those that fail where a route says how many may. */
export function limitRequests(routes: readonly Route<Caller>[], now: () => number): RequestLimits {
  const strangers = new RateLimit({ ...strangersRate, now });
  const limited = routes.flatMap(({ id, failures }) =>
    failures ? [[id, new RateLimit({ ...failures, now })] as const] : [],
  );
  const failures = new Map(limited);
  return {
    count({ id, probe }, caller, key) {
      if (caller.id === undefined && !probe) take(strangers, key);
      const own = failures.get(id);
      // Counted before the handler has run, so that many at once are counted too.
      if (own) take(own, key);
      return () => own?.giveBack(key);
    },
  };
}

function take(limit: RateLimit, key: string): void {
  const wait = limit.take(key);
  if (wait > 0) throw refuse("too-many-requests", { retryAfter: Math.ceil(wait / 1_000) });
}
