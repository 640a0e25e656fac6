import type { BytesRouteSpec, Caller, Route, RouteSpec } from "./contract.ts";

interface MakeRoute<C extends Caller> {
  <Params = undefined, Query = undefined>(spec: BytesRouteSpec<C, Params, Query>): Route<C>;
  <Params = undefined, Query = undefined, Body = undefined>(spec: RouteSpec<C, Params, Query, Body>): Route<C>;
}

/**
 * Checks a route's shapes against its handler, then forgets them:
 *
 *     const own = route<Actor>();
 *     own({ method: "GET", path: "/api/people", … })
 */
export function route<C extends Caller>(): MakeRoute<C> {
  // What the handler gets is what its own schemas have parsed, so the wider type is never used to hand it less.
  return (spec: unknown) => spec as Route<C>;
}
