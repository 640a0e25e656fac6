import { IncomingMessage } from "node:http";
import { Hono } from "hono";
import { Refusal } from "#kernel";
import type { Log, Metrics } from "#telemetry";
import { byteBody } from "./byte-body.ts";
import { checkHost, checkOrigin, type Origins } from "./check-origin.ts";
import type { Caller, Route } from "./contract.ts";
import { Deadline } from "./deadline.ts";
import { limitRequests, type RequestLimits } from "./limit-requests.ts";
import { measureRequests } from "./measure-requests.ts";
import { limitKey, peerOf, proxyList } from "./peer-of.ts";
import { type Problem, problemOf, ShapeRefusal } from "./problem.ts";
import { checkType, readBody } from "./read-body.ts";
import { refuse } from "./refusals.ts";
import { secureHeaders } from "./security-headers.ts";

export interface AppOptions<C extends Caller> {
  readonly routes: readonly Route<C>[];
  /**
   * Who asks. A stranger is a caller too; it never throws for a bad cookie. It may refuse other credentials that do not
   * work, unless the route admits `anybody`. `address` is what limits count by.
   */
  readonly identify: (request: Request, from: { readonly address: string; readonly anybody: boolean }) => Promise<C>;
  /** Shown to browsers instead of JSON. */
  readonly problemPage: (problem: Problem) => string;
  readonly newId: (kind: "request" | "incident") => string;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly origins: Origins;
  /** Addresses and networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies?: readonly string[];
  /** Milliseconds from any start, never going back; for limits. */
  readonly monotonic: () => number;
  readonly bodyLimit: number;
  /** Milliseconds. */
  readonly requestTimeout: number;
  /** Aborted once the server is to stop; from then on only probes are answered. */
  readonly stopping: AbortSignal;
  /** Holds every answer against its route's shapes; for tests. */
  readonly checkAnswers?: boolean;
}

/** One request on its way through. */
interface Passage {
  readonly requestId: string;
  readonly peer: string;
  readonly secure: boolean;
  readonly log: Log;
  caller?: string;
  /** The pattern of the path, once it is known to be one of ours. */
  path?: string;
}

interface Environment {
  /** `incoming` is a whole one where Node's server has asked. */
  Bindings: { readonly incoming?: Pick<IncomingMessage, "socket"> | { readonly socket: { remoteAddress?: string } } };
  Variables: { passage: Passage };
}

/** All routes behind one `fetch`, with what happens before and after each of them. */
export function createApp<C extends Caller>(options: AppOptions<C>): Pick<Hono<Environment>, "fetch" | "request"> {
  const app = new Hono<Environment>();
  const { begin } = measureRequests(options.metrics);
  const secure = options.origins.publicUrl?.startsWith("https:") ?? false;
  const proxies = proxyList(options.trustedProxies ?? []);
  const limits = limitRequests(options.routes, options.monotonic);
  const paths = Map.groupBy(options.routes, ({ path }) => path);
  const routeOf = (pattern: string, method: string): Route<C> | undefined =>
    paths.get(pattern)?.find((route) => route.method === (method === "HEAD" ? "GET" : method));

  app.use(async (context, next) => {
    const requestId = options.newId("request");
    const { method } = context.req.raw;
    const end = begin(method, secure ? "https" : "http");
    const passage: Passage = {
      requestId,
      secure,
      peer: peerOf(
        context.env?.incoming?.socket.remoteAddress ?? "",
        context.req.raw.headers.get("x-forwarded-for"),
        proxies,
      ),
      log: options.log.with({ requestId }),
    };
    context.set("passage", passage);
    const started = performance.now();
    await next();
    secureHeaders(context.res.headers, secure);
    context.res.headers.set("x-request-id", requestId);
    if (options.stopping.aborted) context.res.headers.set("connection", "close");
    const { path } = passage;
    const seconds = (performance.now() - started) / 1_000;
    end(seconds, context.res.status, path);
    const fields = {
      method,
      route: path,
      status: context.res.status,
      seconds: Number(seconds.toFixed(4)),
      peer: passage.peer,
      caller: passage.caller,
    };
    passage.log[levelOf(path === undefined ? undefined : routeOf(path, method), context.res.status)]("request", fields);
  });

  for (const route of options.routes) {
    app.on(route.method, toHono(route.path), async (context) => {
      const passage = context.get("passage");
      passage.path = route.path;
      const incoming = context.env?.incoming;
      const answer = await pass(
        route,
        {
          request: context.req.raw,
          incoming: incoming instanceof IncomingMessage ? incoming : undefined,
          params: context.req.param() as Record<string, string>,
        },
        passage,
        options,
        limits,
      );
      if (options.checkAnswers) await checkAnswer(route, answer);
      // A fresh one: headers of a Response may be immutable, and ours are added to them.
      return new Response(answer.body, answer);
    });
  }
  for (const [path, routes] of paths) {
    const allow = [...new Set(routes.flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method])))]
      .sort()
      .join(", ");
    app.all(toHono(path), (context) => {
      context.get("passage").path = path;
      throw refuse("method-not-allowed", { method: context.req.method, allow });
    });
  }
  // A route like any other: what is thrown where Hono looks for its own 404 would pass by the middleware.
  app.all("*", () => {
    throw refuse("not-found");
  });
  app.onError((error, context) => {
    const { requestId, log } = context.get("passage");
    const problem = problemOf(error, requestId, () => options.newId("incident"));
    if (problem.incident) log.error("fault", { incident: problem.incident, error });
    const headers = {
      ...(error instanceof Refusal && "allow" in error.details ? { allow: String(error.details["allow"]) } : {}),
      ...(error instanceof Refusal && "retryAfter" in error.details
        ? { "retry-after": String(error.details["retryAfter"]) }
        : {}),
      // RFC 9110, section 11.6.1: a 401 says how one can be known.
      ...(problem.status === 401 ? { "www-authenticate": challengeOf(error) } : {}),
      "content-type": prefersHtml(context.req.raw) ? "text/html; charset=utf-8" : "application/problem+json",
    };
    const text = prefersHtml(context.req.raw) ? options.problemPage(problem) : `${JSON.stringify(problem)}\n`;
    return new Response(text, { status: problem.status, headers });
  });
  return app;
}

/** What is asked again and again is logged only where somebody wants to know, or something is wrong. */
function levelOf(route: Route<Caller> | undefined, status: number): "debug" | "info" {
  return (route?.probe && status < 500) || (route?.quiet && status < 400) ? "debug" : "info";
}

/** A request as it came. */
interface Arrived {
  readonly request: Request;
  /** Node's own, where there is one: its body is read from it. */
  readonly incoming: IncomingMessage | undefined;
  readonly params: Record<string, string>;
}

/** What stands between a request and its handler. */
async function pass<C extends Caller>(
  route: Route<C>,
  arrived: Arrived,
  passage: Passage,
  options: AppOptions<C>,
  limits: RequestLimits,
): Promise<Response> {
  const { request } = arrived;
  if (!route.probe) {
    if (options.stopping.aborted) throw refuse("stopping");
    if (!bringsOnlyToken(route, request)) checkHost(request, options.origins);
  }
  checkOrigin(request, options.origins);
  const address = limitKey(passage.peer);
  const caller = await options.identify(request, { address, anybody: "public" in route.admits });
  if (caller.id !== undefined) passage.caller = caller.id;
  if ("permission" in route.admits && !caller.may(route.admits.permission))
    throw caller.id === undefined
      ? refuse("sign-in-first")
      : refuse("not-permitted", { permission: route.admits.permission });
  const succeeded = limits.count(route, caller, address);
  const deadline = new Deadline(
    request,
    route.timeout ?? options.requestTimeout,
    route.streams ? options.stopping : undefined,
  );
  const answer = await deadline.hold(handle(route, arrived, passage, caller, deadline, options.bodyLimit));
  succeeded();
  return answer;
}

/** Reads the request's parts and hands them to the handler. */
async function handle<C extends Caller>(
  route: Route<C>,
  { request, incoming, params }: Arrived,
  { requestId, peer, secure, log }: Passage,
  caller: C,
  deadline: Deadline,
  bodyLimit: number,
): Promise<Response> {
  const limit = route.bodyLimit ?? bodyLimit;
  let body: unknown;
  if (route.bodyType === "bytes") {
    if (route.accepts) checkType(request, route.accepts);
    body = byteBody(request, incoming, limit);
  } else if (route.body) {
    body = parse("body", route.body, await readBody(request, incoming, route.bodyType ?? "json", limit));
  }
  return route.handle({
    caller,
    params: route.params ? parse("path", route.params, params) : undefined,
    query: route.query ? parse("query", route.query, Object.fromEntries(new URL(request.url).searchParams)) : undefined,
    body,
    request,
    get signal() {
      return deadline.signal;
    },
    requestId,
    peer,
    secure,
    log,
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
  const read = schema.safeParse(value);
  if (!read.success) throw new ShapeRefusal(part, read.error);
  return read.data;
}

async function checkAnswer(route: Route<Caller>, answer: Response): Promise<void> {
  const spec = route.answers[answer.status];
  if (!spec) throw new Error(`${route.id} answers ${answer.status}, which it does not declare`);
  const type = answer.headers.get("content-type");
  if (spec.type !== undefined && type?.split(";")[0] !== spec.type.split(";")[0])
    throw new Error(`${route.id} answers ${type}, not ${spec.type}`);
  if (spec.json) spec.json.parse(await answer.clone().json());
}

/** A refusal's own challenge, else ours. */
function challengeOf(error: unknown): string {
  const own = error instanceof Refusal ? error.details["challenge"] : undefined;
  return own === undefined ? 'Bearer realm="meridian"' : String(own);
}

function prefersHtml(request: Request): boolean {
  const accept = request.headers.get("accept") ?? "";
  const html = accept.indexOf("text/html");
  const json = accept.search(/application\/(?:problem\+)?json/);
  return html >= 0 && (json < 0 || html < json);
}

function toHono(path: string): string {
  return path.replace(/\{(\w+)\}/g, ":$1");
}
