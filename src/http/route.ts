import type { Caller, Route, RouteSpec } from "./contract.ts";

/**
 * Checks a route's shapes against its handler, then forgets them:
 *
 *     const own = route<Actor>();
 *     own({ method: "GET", path: "/api/people", … })
 */
export function route<C extends Caller>() {
  return <Params = undefined, Query = undefined, Body = undefined>(spec: RouteSpec<C, Params, Query, Body>): Route<C> =>
    // What the handler gets is what its own schemas have parsed, so the wider type is never used to hand it less.
    spec as unknown as Route<C>;
}
