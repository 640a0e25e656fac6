import assert from "node:assert/strict";
import { createApp, type Route } from "#http";
import { instant, makeId } from "#kernel";
import { createLog, createMetrics } from "#telemetry";
import type { Actor } from "../core/actor.ts";
import type { openAccess } from "./open-access.ts";

/** This room's routes, and a test's own, behind a door like the house's. A line of its log at `error` fails the test. */
export function appOver(
  { access, clock }: Pick<Awaited<ReturnType<typeof openAccess>>, "access" | "clock">,
  routes: readonly Route<Actor>[] = [],
) {
  let serial = 0;
  return createApp<Actor>({
    routes: [...access.routes, ...routes],
    identify: (request, from) => access.identify(request, from),
    problemPage: () => "",
    newId: (kind) => makeId(kind, instant(serial++), new Uint8Array(10)),
    log: createLog({ level: "error", format: "json", now: () => 0, write: (line) => assert.fail(line) }),
    metrics: createMetrics(),
    origins: { publicUrl: undefined, host: "127.0.0.1" },
    monotonic: () => clock.now(),
    bodyLimit: 1_000,
    requestTimeout: 10_000,
    stopping: new AbortController().signal,
    checkAnswers: true,
  });
}
