import assert from "node:assert/strict";
import { test } from "node:test";
import { type Actor } from "#access";
import { createApp } from "#http";
import { instant, makeId, Secret } from "#kernel";
import { type PartHealth, settableClock } from "#platform";
import { createLog, createMetrics } from "#telemetry";
import { createStatus } from "./create-status.ts";

function house(parts: Record<string, (signal: AbortSignal) => Promise<PartHealth>>, metricsToken?: string) {
  const clock = settableClock(instant(1_000));
  const stopping = new AbortController();
  const metrics = createMetrics();
  const status = createStatus({
    version: "1.2.3",
    roles: ["http"],
    clock,
    parts,
    metrics,
    metricsToken: metricsToken === undefined ? undefined : new Secret(metricsToken),
    stopping: stopping.signal,
    apiDescription: () => "{}",
  });
  const app = createApp<Actor>({
    routes: status.routes,
    identify: async () => ({ kind: "person", id: "p", may: (permission) => permission === "status.read" }),
    problemPage: () => "",
    newId: (kind) => makeId(kind, instant(0), new Uint8Array(10)),
    log: createLog({ level: "error", format: "json", now: () => 0, write: (line) => assert.fail(line) }),
    metrics,
    origins: { publicUrl: undefined, host: "127.0.0.1" },
    monotonic: () => 0,
    bodyLimit: 1_000,
    requestTimeout: 10_000,
    stopping: stopping.signal,
    checkAnswers: true,
  });
  const ask = async (path: string, headers: Record<string, string> = {}) =>
    app.fetch(new Request(`http://127.0.0.1${path}`, { headers }));
  return { ask, clock, stopping };
}

const well = async (): Promise<PartHealth> => ({ ok: true, maker: "sqlite", detail: "3.50" });

test("ready means that every part is well; a part that fails or throws is told by name, without details", async () => {
  const { ask } = house({
    records: well,
    events: async () => {
      throw new Error("password=hunter2");
    },
    blobs: async () => ({ ok: false, maker: "s3", detail: "secret bucket" }),
  });
  const answer = await ask("/readyz");
  const text = await answer.text();
  assert.equal(answer.status, 503);
  assert.deepEqual(JSON.parse(text), {
    status: "degraded",
    parts: { records: "ok", events: "failing", blobs: "failing" },
  });
  assert.equal((await house({ records: well }).ask("/readyz")).status, 200);
});

test("a server that is about to stop is alive and not ready", async () => {
  const { ask, stopping } = house({ records: well });
  stopping.abort();
  assert.equal((await ask("/healthz")).status, 200);
  assert.deepEqual(await (await ask("/readyz")).json(), { status: "stopping", parts: { records: "ok" } });
});

test("however many ask, a part is asked once a second", async () => {
  let asked = 0;
  const { ask, clock } = house({ records: async () => ((asked += 1), well()) });
  await Promise.all(Array.from({ length: 20 }, () => ask("/readyz")));
  assert.equal(asked, 1);
  clock.advance(1_000);
  await ask("/readyz");
  assert.equal(asked, 2);
});

test("people with the permission see makers and details", async () => {
  const { ask } = house({ records: well });
  assert.deepEqual(await (await ask("/api/status")).json(), {
    version: "1.2.3",
    roles: ["http"],
    startedAt: 1_000,
    at: 1_000,
    ok: true,
    stopping: false,
    parts: [{ name: "records", ok: true, maker: "sqlite", detail: "3.50" }],
  });
});

test("metrics are open until a token is set, and then want exactly that token", async () => {
  assert.equal((await house({}).ask("/metrics")).status, 200);
  const { ask } = house({}, "0123456789abcdef");
  assert.equal((await ask("/metrics")).status, 401);
  assert.equal((await ask("/metrics", { authorization: "Bearer 0123456789abcdeg" })).status, 401);
  assert.equal((await ask("/metrics", { authorization: "Bearer 0123456789abcdef" })).status, 200);
});
