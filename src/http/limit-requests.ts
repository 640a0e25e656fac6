import type { Caller, Route } from "./contract.ts";
import { RateLimit } from "./rate-limit.ts";
import { refuse } from "./refusals.ts";

/** What strangers at one address may ask of pages and files before they are slowed down. */
const strangersRate = { burst: 300, every: 20 };

export interface RequestLimits {
  /**
   * Counts a request by what its address and its caller are limited by, or throws the refusals `http/too-many-requests` and
   * `http/too-many-of-yours`. Call what it gives back once the request has succeeded: then it was no failure.
   */
  count(route: Route<Caller>, caller: Caller, key: string): () => void;
}

/** Limits by address: strangers' requests, and those that fail where a route says how many may. By caller: a route's rate. */
export function limitRequests(routes: readonly Route<Caller>[], now: () => number): RequestLimits {
  const strangers = new RateLimit({ ...strangersRate, now });
  const limitsOf = (name: "failures" | "rate") =>
    new Map(routes.flatMap(({ id, [name]: rate }) => (rate ? [[id, new RateLimit({ ...rate, now })] as const] : [])));
  const [failures, rates] = [limitsOf("failures"), limitsOf("rate")];
  return {
    count({ id, probe }, caller, key) {
      if (caller.id === undefined && !probe) take(strangers, key);
      const own = failures.get(id);
      // Counted before the handler has run, so that many at once are counted too.
      if (own) take(own, key);
      const rate = rates.get(id);
      if (rate) take(rate, caller.id ?? key, "too-many-of-yours");
      return () => own?.giveBack(key);
    },
  };
}

function take(
  limit: RateLimit,
  key: string,
  code: "too-many-requests" | "too-many-of-yours" = "too-many-requests",
): void {
  const wait = limit.take(key);
  if (wait > 0) throw refuse(code, { retryAfter: Math.ceil(wait / 1_000) });
}
