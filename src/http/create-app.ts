import { Hono } from "hono";
import type { Log, Metrics } from "#telemetry";
import { answerProblem } from "./answer-problem.ts";
import { namesTwoHosts } from "./check-origin.ts";
import type { Caller, Route } from "./contract.ts";
import { limitRequests } from "./limit-requests.ts";
import { measureRequests } from "./measure-requests.ts";
import { pass, type PassOptions } from "./pass.ts";
import { Passage, type Peer } from "./passage.ts";
import { peerOf, proxyList } from "./peer-of.ts";
import type { Problem } from "./problem.ts";
import { refuse } from "./refusals.ts";
import { securityHeaders } from "./security-headers.ts";
import { sendAnswer } from "./send-answer.ts";

export interface AppOptions<C extends Caller> extends PassOptions<C> {
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

/** Answers requests. Given Node's own response, it may have answered there, and gives back what says so. */
export interface App {
  fetch(request: Request, peer?: Peer): Promise<Response>;
}

/** All routes behind one `fetch`, with what happens before and after each of them. */
export function createApp<C extends Caller>(options: AppOptions<C>): App {
  const { begin } = measureRequests(options.metrics);
  const secure = options.origins.publicUrl?.startsWith("https:") ?? false;
  const proxies = proxyList(options.trustedProxies ?? []);
  const always = securityHeaders(secure);
  const find = finder(options);

  return {
    async fetch(request, peer = {}) {
      const { method } = request;
      const end = begin(method, secure ? "https" : "http");
      const started = performance.now();
      const passage = new Passage<C>(
        options.newId("request"),
        peerOf(peer.incoming?.socket.remoteAddress ?? "", request.headers.get("x-forwarded-for"), proxies),
        secure,
        peer,
        options.log,
      );
      const answer = await find(request, passage);
      const { requestId, path, route, caller } = passage;
      const seconds = (performance.now() - started) / 1_000;
      end(seconds, answer.status, path);
      passage.log[levelOf(route, answer.status)]("request", {
        method,
        route: path,
        status: answer.status,
        seconds: Number(seconds.toFixed(4)),
        peer: passage.peer,
        caller,
      });
      const added = {
        ...always,
        "x-request-id": requestId,
        ...(options.stopping.aborted ? { connection: "close" } : {}),
      };
      return sendAnswer(answer, added, method === "HEAD" ? undefined : peer.outgoing);
    },
  };
}

/** Finds the route of a request and has it answered; never rejects, as what is thrown is answered too. */
function finder<C extends Caller>(
  options: AppOptions<C>,
): (request: Request, passage: Passage<C>) => Promise<Response> {
  const limits = limitRequests(options.routes, options.monotonic);
  const app = new Hono<{ Bindings: { passage: Passage<C> } }>();
  const answered = (error: unknown, request: Request, passage: Passage<C>) =>
    answerProblem(error, request, passage.requestId, {
      problemPage: options.problemPage,
      onFault(fault) {
        const incident = options.newId("incident");
        passage.log.error("fault", { incident, error: fault });
        return incident;
      },
    });
  for (const [path, routes] of Map.groupBy(options.routes, (route) => route.path)) {
    const byMethod = new Map<string, Route<C>>(routes.map((route) => [route.method, route]));
    const get = byMethod.get("GET");
    if (get) byMethod.set("HEAD", get);
    const allow = [...byMethod.keys()].sort().join(", ");
    app.all(toHono(path), async (context, next) => {
      const { passage } = context.env;
      const request = context.req.raw;
      const route = byMethod.get(request.method);
      passage.path = path;
      if (!route) {
        passage.allow = allow;
        // Another pattern may fit the address, and take the method.
        return next();
      }
      passage.route = route;
      try {
        const params = () => context.req.param() as Record<string, string>;
        const answer = await pass(route, request, params, passage, options, limits);
        if (options.checkAnswers) await checkAnswer(route, answer);
        return answer;
      } catch (error) {
        return answered(error, request, passage);
      }
    });
  }
  app.notFound(({ req: { raw }, env: { passage } }) => {
    const { allow } = passage;
    const refusal =
      allow === undefined ? refuse("not-found") : refuse("method-not-allowed", { method: raw.method, allow });
    return answered(refusal, raw, passage);
  });
  app.onError((error, { req: { raw }, env: { passage } }) => answered(error, raw, passage));
  return async (request, passage) =>
    passage.incoming && namesTwoHosts(passage.incoming.rawHeaders)
      ? answered(refuse("two-hosts"), request, passage)
      : app.fetch(request, { passage });
}

/** What is asked again and again is logged only where somebody wants to know, or something is wrong. */
function levelOf(route: Route<Caller> | undefined, status: number): "debug" | "info" {
  return (route?.probe && status < 500) || (route?.quiet && status < 400) ? "debug" : "info";
}

async function checkAnswer(route: Route<Caller>, answer: Response): Promise<void> {
  const spec = route.answers[answer.status];
  if (!spec) throw new Error(`${route.id} answers ${answer.status}, which it does not declare`);
  const type = answer.headers.get("content-type");
  const types = [spec.type ?? []].flat().map((one) => one.split(";")[0]);
  if (types.length > 0 && !types.includes(type?.split(";")[0]))
    throw new Error(`${route.id} answers ${type}, not ${types.join(" or ")}`);
  if (spec.json) spec.json.parse(await answer.clone().json());
}

function toHono(path: string): string {
  return path.replace(/\{(\w+)\}/g, ":$1");
}
