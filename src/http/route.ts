import { z } from "zod";
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
 *
 * A parameter that the API does not know is refused: a misspelt filter that filters nothing would be taken for an answer.
 */
export function route<C extends Caller>(): MakeRoute<C> {
  // What the handler gets is what its own schemas have parsed, so the wider type is never used to hand it less.
  return (spec: unknown) => {
    const made = spec as Route<C>;
    if (!made.path.startsWith("/api/") || !(made.query instanceof z.ZodObject)) return made;
    return { ...made, query: made.query.strict() };
  };
}
