import { sayIssue } from "#kernel";
import { checkHost, checkOrigin, type Origins } from "./check-origin.ts";
import { byteBody } from "./byte-body.ts";
import type { Caller, Route } from "./contract.ts";
import { Deadline } from "./deadline.ts";
import type { RequestLimits } from "./limit-requests.ts";
import type { Passage } from "./passage.ts";
import { limitKey } from "./peer-of.ts";
import { ShapeRefusal } from "./problem.ts";
import { checkType, readBody } from "./read-body.ts";
import { refuse } from "./refusals.ts";

export interface PassOptions<C extends Caller> {
  readonly identify: (request: Request, from: { readonly address: string; readonly anybody: boolean }) => Promise<C>;
  readonly origins: Origins;
  readonly bodyLimit: number;
  readonly requestTimeout: number;
  readonly stopping: AbortSignal;
}

/** What stands between a request and its handler. Throws refusals, and whatever the handler throws. */
export async function pass<C extends Caller>(
  route: Route<C>,
  request: Request,
  params: () => Record<string, string>,
  passage: Passage<C>,
  options: PassOptions<C>,
  limits: RequestLimits,
): Promise<Response> {
  const { stopping, origins } = options;
  if (!route.probe) {
    if (stopping.aborted) throw refuse("stopping");
    if (!bringsOnlyToken(route, request)) checkHost(request, origins);
  }
  checkOrigin(request, origins);
  const address = limitKey(passage.peer);
  const caller = await options.identify(request, { address, anybody: "public" in route.admits });
  passage.caller = caller.id;
  if ("permission" in route.admits && !caller.may(route.admits.permission))
    throw caller.id === undefined
      ? refuse("sign-in-first")
      : refuse("not-permitted", { permission: route.admits.permission });
  const succeeded = limits.count(route, caller, address);
  const deadline = new Deadline(request, route.timeout ?? options.requestTimeout, route.streams ? stopping : undefined);
  const answer = await deadline
    .hold(handle(route, request, params, passage, caller, deadline, options.bodyLimit))
    .catch((error: unknown) => {
      // Nobody is there to read it, and nothing was at fault.
      const { signal } = request;
      throw signal.aborted && error === signal.reason ? refuse("caller-gone", {}, error) : error;
    });
  succeeded();
  return answer;
}

/** Reads the request's parts and hands them to the handler. */
async function handle<C extends Caller>(
  route: Route<C>,
  request: Request,
  params: () => Record<string, string>,
  passage: Passage<C>,
  caller: C,
  deadline: Deadline,
  bodyLimit: number,
): Promise<Response> {
  const limit = route.bodyLimit ?? bodyLimit;
  let body: unknown;
  if (route.bodyType === "bytes") {
    if (route.accepts) checkType(request, route.accepts);
    body = byteBody(request, passage.incoming, limit);
  } else if (route.body) {
    body = parse("body", route.body, await readBody(request, passage.incoming, route.bodyType ?? "json", limit));
  }
  return route.handle({
    caller,
    params: route.params ? parse("path", route.params, params()) : undefined,
    query: route.query ? parse("query", route.query, Object.fromEntries(new URL(request.url).searchParams)) : undefined,
    body,
    request,
    get signal() {
      return deadline.signal;
    },
    requestId: passage.requestId,
    peer: passage.peer,
    secure: passage.secure,
    get log() {
      return passage.log;
    },
  });
}

/**
 * Senders know a server by names of their own. A page of a foreign name that was pointed at us can bring no token that
 * works, and without one it learns nothing here.
 */
function bringsOnlyToken(route: Route<Caller>, request: Request): boolean {
  return "permission" in route.admits && request.headers.has("authorization") && !request.headers.has("cookie");
}

function parse(part: string, schema: NonNullable<Route<Caller>["body"]>, value: unknown): unknown {
  const read = schema.safeParse(value, { error: sayIssue });
  if (!read.success) throw new ShapeRefusal(part, read.error);
  return read.data;
}
