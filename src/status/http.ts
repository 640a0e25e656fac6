import { createHash, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { Actor } from "#access";
import { answerJson, answerRedirect, answerText, route, type Route } from "#http";
import { refusals } from "#kernel";
import { exposeMetrics } from "#telemetry";
import { readinessSchema, reportSchema, type StatusReport } from "./contract.ts";
import type { StatusOptions } from "./create-status.ts";

const refuse = refusals("status", {
  "token-needed": { status: 401, says: "The metrics want their token: send `Authorization: Bearer …`." },
});

const own = route<Actor>();

export function statusRoutes(options: StatusOptions, report: () => Promise<StatusReport>): Route<Actor>[] {
  return [
    own({
      method: "GET",
      path: "/healthz",
      id: "check-liveness",
      says: "Answers as long as the process can answer.",
      admits: { public: "what restarts processes has no identity, and learns nothing but a yes" },
      probe: true,
      answers: { 200: { says: "Alive.", json: z.object({ status: z.literal("alive") }) } },
      handle: () => answerJson({ status: "alive" }),
    }),
    own({
      method: "GET",
      path: "/readyz",
      id: "check-readiness",
      says: "Says whether every part is well.",
      admits: { public: "what sends traffic has no identity, and learns no details" },
      probe: true,
      answers: { 200: { says: "Ready.", json: readinessSchema }, 503: { says: "Not ready.", json: readinessSchema } },
      async handle() {
        const { ok, stopping, parts } = await report();
        const status = stopping ? "stopping" : ok ? "ready" : "degraded";
        const states = Object.fromEntries(parts.map((part) => [part.name, part.ok ? "ok" : "failing"]));
        return answerJson({ status, parts: states }, ok ? 200 : 503);
      },
    }),
    own({
      method: "GET",
      path: "/metrics",
      id: "read-metrics",
      says: "All instruments in Prometheus's text format, or OpenMetrics.",
      admits: { public: "figures about the process and no contents; a token guards them where the operator sets one" },
      probe: true,
      answers: { 200: { says: "The instruments.", type: "text/plain" } },
      handle({ request }) {
        if (
          options.metricsToken &&
          !sameText(request.headers.get("authorization") ?? "", `Bearer ${options.metricsToken.reveal()}`)
        )
          throw refuse("token-needed");
        const { type, text } = exposeMetrics(options.metrics, request.headers.get("accept") ?? "");
        return answerText(text, type);
      },
    }),
    own({
      method: "GET",
      path: "/api/openapi.json",
      id: "describe-api",
      says: "This description.",
      admits: { public: "it is in the repository for all to read" },
      answers: { 200: { says: "OpenAPI 3.1.", type: "application/json" } },
      handle: () => answerText(options.apiDescription(), "application/json"),
    }),
    own({
      method: "GET",
      path: "/openapi.json",
      id: "find-api-description",
      says: "Leads to the description, for who looks for it at the root.",
      admits: { public: "it is in the repository for all to read" },
      page: true,
      answers: { 303: { says: "Where it is." } },
      handle: () => answerRedirect("/api/openapi.json"),
    }),
    own({
      method: "GET",
      path: "/api/status",
      id: "read-status",
      says: "How the server is doing, in detail.",
      admits: { permission: "status.read" },
      answers: { 200: { says: "The report.", json: reportSchema } },
      handle: async () => answerJson(await report()),
    }),
  ];
}

/** In a time that tells nothing of where two texts differ. */
function sameText(a: string, b: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}
