import assert from "node:assert/strict";
import { test } from "node:test";
import { instant, makeId, refusals } from "#kernel";
import { createLog, createMetrics, exposeMetrics } from "#telemetry";
import fc from "fast-check";
import { z } from "zod";
import { answerJson } from "./answer.ts";
import type { Caller } from "./contract.ts";
import { createApp } from "./create-app.ts";
import { describeApi } from "./describe-api.ts";
import { problemSchema } from "./problem.ts";
import { route } from "./route.ts";

const refuse = refusals("demo", { gone: { status: 410, says: "It is gone." } });
const own = route<Caller>();
const shape = { answers: { 200: { says: "Yes.", json: z.object({ got: z.unknown() }) } } };
const anybody = { public: "it is a test" };
const routes = [
  own({
    ...shape,
    method: "GET",
    path: "/things/{id}",
    id: "get-thing",
    says: "Gets.",
    admits: anybody,
    params: z.object({ id: z.string().max(5) }),
    handle: ({ params }) => answerJson({ got: params.id }),
  }),
  own({
    ...shape,
    method: "POST",
    path: "/things",
    id: "make-thing",
    says: "Makes.",
    admits: anybody,
    body: z.object({ name: z.string() }),
    handle: ({ body }) => answerJson({ got: body.name }),
  }),
  own({
    ...shape,
    method: "POST",
    path: "/form",
    id: "send-form",
    says: "Sends.",
    admits: anybody,
    bodyType: "form",
    body: z.object({ name: z.string() }),
    handle: ({ body }) => answerJson({ got: body.name }),
  }),
  own({
    ...shape,
    method: "GET",
    path: "/secret",
    id: "get-secret",
    says: "Tells.",
    admits: { permission: "secrets.read" },
    handle: () => answerJson({ got: "it" }),
  }),
  own({
    ...shape,
    method: "GET",
    path: "/gone",
    id: "get-gone",
    says: "Refuses.",
    admits: anybody,
    handle: () => {
      throw refuse("gone");
    },
  }),
  own({
    ...shape,
    method: "GET",
    path: "/broken",
    id: "get-broken",
    says: "Breaks.",
    admits: anybody,
    handle: () => {
      throw new Error("password=hunter2");
    },
  }),
  own({
    ...shape,
    method: "GET",
    path: "/lies",
    id: "get-lies",
    says: "Lies.",
    admits: anybody,
    handle: () => answerJson({ other: 1 }, 201),
  }),
  own({
    ...shape,
    method: "GET",
    path: "/slow",
    id: "get-slow",
    says: "Waits.",
    admits: anybody,
    handle: ({ signal }) =>
      new Promise((resolve) => signal.addEventListener("abort", () => resolve(answerJson({ got: 1 })))),
  }),
  own({
    ...shape,
    method: "POST",
    path: "/guess",
    id: "guess-word",
    says: "Guesses.",
    admits: anybody,
    failures: { burst: 3, every: 10_000 },
    body: z.object({ word: z.literal("right") }),
    handle: () => answerJson({ got: 1 }),
  }),
  own({
    ...shape,
    method: "POST",
    path: "/often",
    id: "ask-often",
    says: "Asks.",
    admits: anybody,
    rate: { burst: 2, every: 5_000 },
    quiet: true,
    handle: () => answerJson({ got: 1 }),
  }),
  own({
    ...shape,
    method: "GET",
    path: "/{any}/twice",
    id: "get-twice",
    says: "Fits twice.",
    admits: anybody,
    params: z.object({ any: z.string() }),
    handle: ({ params }) => answerJson({ got: params.any }),
  }),
  own({
    ...shape,
    method: "POST",
    path: "/often/twice",
    id: "post-twice",
    says: "Fits twice.",
    admits: anybody,
    handle: () => answerJson({ got: "post" }),
  }),
  own({
    ...shape,
    method: "GET",
    path: "/alive",
    id: "get-alive",
    says: "Lives.",
    admits: anybody,
    probe: true,
    handle: () => answerJson({ got: 1 }),
  }),
];

function house(
  options: { may?: string[]; id?: string; requestTimeout?: number; publicUrl?: string; host?: string } = {},
) {
  const lines: string[] = [];
  const metrics = createMetrics();
  const stopping = new AbortController();
  const time = { now: 0 };
  const app = createApp({
    routes,
    identify: async () => ({
      ...(options.id === undefined ? {} : { id: options.id }),
      may: (permission) => options.may?.includes(permission) ?? false,
    }),
    problemPage: ({ title }) => `<h1>${title}</h1>`,
    newId: (kind) => makeId(kind, instant(0), new Uint8Array(10)),
    log: createLog({ level: "debug", format: "json", now: () => 0, write: (line) => void lines.push(line) }),
    metrics,
    origins: { publicUrl: options.publicUrl, host: options.host ?? "127.0.0.1" },
    trustedProxies: ["10.0.0.1"],
    monotonic: () => time.now,
    bodyLimit: 100,
    requestTimeout: options.requestTimeout ?? 60_000,
    stopping: stopping.signal,
    checkAnswers: true,
  });
  const ask = async (path: string, init: RequestInit & { host?: string; from?: string } = {}) =>
    app.fetch(new Request(`http://${init.host ?? "127.0.0.1"}${path}`, init), {
      incoming: { socket: { remoteAddress: init.from ?? "127.0.0.1" } },
    });
  return { ask, lines, metrics, stopping, time };
}

async function problem(answer: Response) {
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  return problemSchema.parse(await answer.json());
}

const json = (body: unknown, headers: Record<string, string> = {}) => ({
  method: "POST",
  body: JSON.stringify(body),
  headers: { "content-type": "application/json", ...headers },
});

test("a request reaches its handler with its parts read and checked", async () => {
  const { ask } = house();
  assert.deepEqual(await (await ask("/things/a%2Fb")).json(), { got: "a/b" });
  assert.deepEqual(await (await ask("/things", json({ name: "x" }))).json(), { got: "x" });
  assert.deepEqual(await (await ask("/form", { method: "POST", body: new URLSearchParams({ name: "x y" }) })).json(), {
    got: "x y",
  });
  assert.equal((await ask("/things/1", { method: "HEAD" })).status, 200);
});

test("what does not have the shape is refused with the places that do not fit", async () => {
  const { ask } = house();
  const refused = await problem(await ask("/things", json({ name: 1 })));
  assert.deepEqual(
    [refused.status, refused.code, refused.errors?.map(({ path }) => path)],
    [422, "http/bad-request", ["body.name"]],
  );
  assert.equal((await problem(await ask("/things/123456"))).status, 422);
});

test("bodies that are too large, of another type or unreadable are refused before the handler", async () => {
  const { ask } = house();
  const codes = async (init: RequestInit) => (await problem(await ask("/things", init))).code;
  assert.equal(await codes(json({ name: "x".repeat(200) })), "http/body-too-large");
  const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(64)) });
  assert.equal(
    await codes({
      method: "POST",
      body: endless,
      duplex: "half",
      headers: { "content-type": "application/json" },
    } as RequestInit),
    "http/body-too-large",
  );
  assert.equal(
    await codes({ method: "POST", body: "{}", headers: { "content-type": "text/plain" } }),
    "http/body-type",
  );
  assert.equal(
    await codes({ method: "POST", body: "{", headers: { "content-type": "application/json" } }),
    "http/body-unreadable",
  );
  assert.equal(
    await codes({
      method: "POST",
      body: new Uint8Array([0x22, 0xff, 0x22]),
      headers: { "content-type": "application/json" },
    }),
    "http/body-unreadable",
  );
});

test("without the permission no handler runs: 401 for strangers, 403 for the known", async () => {
  assert.equal((await problem(await house().ask("/secret"))).code, "http/sign-in-first");
  assert.equal((await problem(await house({ id: "p1" }).ask("/secret"))).code, "http/not-permitted");
  assert.equal((await house({ id: "p1", may: ["secrets.read"] }).ask("/secret")).status, 200);
});

test("unknown addresses answer 404, known ones with another method 405 with what they allow", async () => {
  const { ask } = house();
  assert.equal((await problem(await ask("/nothing"))).status, 404);
  const refused = await ask("/things/1", { method: "DELETE" });
  assert.deepEqual([refused.status, refused.headers.get("allow")], [405, "GET, HEAD"]);
});

test("a refusal answers its own code; a fault answers an incident and keeps its details in the log", async () => {
  const { ask, lines } = house();
  const gone = await problem(await ask("/gone"));
  assert.deepEqual(
    [gone.status, gone.type, gone.title, gone.detail],
    [410, "urn:problem-type:meridian:demo:gone", "Gone", "It is gone."],
  );
  const fault = await problem(await ask("/broken"));
  assert.equal(fault.status, 500);
  assert.ok(!JSON.stringify(fault).includes("hunter2"));
  assert.ok(fault.incident && lines.some((line) => line.includes(fault.incident ?? "") && line.includes("hunter2")));
});

test("browsers get a page for a problem, programs JSON", async () => {
  const { ask } = house();
  const page = await ask("/nothing", { headers: { accept: "text/html,application/xhtml+xml,*/*;q=0.8" } });
  assert.deepEqual(
    [page.status, page.headers.get("content-type"), await page.text()],
    [404, "text/html; charset=utf-8", "<h1>Not found</h1>"],
  );
  await problem(await ask("/nothing", { headers: { accept: "application/json, text/html" } }));
});

test("requests that another site's page makes a browser send are refused", async () => {
  const { ask } = house();
  const status = async (headers: Record<string, string>) => (await ask("/things", json({ name: "x" }, headers))).status;
  for (const headers of [
    { origin: "https://evil.example" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { cookie: "meridian_session=x" },
    { origin: "http://127.0.0.1", "sec-fetch-site": "cross-site" },
  ])
    assert.equal(await status(headers), 403, JSON.stringify(headers));
  for (const headers of [{}, { origin: "http://127.0.0.1" }, { "sec-fetch-site": "same-origin", cookie: "a=b" }])
    assert.equal(await status(headers), 200, JSON.stringify(headers));
  const proxied = house({ publicUrl: "https://desk.example.com" });
  assert.equal(
    (
      await proxied.ask("/things", {
        ...json({ name: "x" }, { origin: "https://desk.example.com" }),
        host: "desk.example.com",
      })
    ).status,
    200,
  );
});

test("a foreign name that points at us is refused; probes answer under any name", async () => {
  const { ask } = house();
  assert.equal((await problem(await ask("/things/1", { host: "evil.example" }))).code, "http/foreign-host");
  assert.equal((await ask("/alive", { host: "10.0.0.7" })).status, 200);
  assert.equal((await ask("/things/1", { host: "[::1]:8080" })).status, 200);
  assert.equal((await house({ host: "0.0.0.0" }).ask("/things/1", { host: "192.0.2.7" })).status, 200);
  assert.equal((await house({ host: "0.0.0.0" }).ask("/things/1", { host: "evil.example" })).status, 403);
});

test("every answer carries the security headers and a request id, problems too", async () => {
  const { ask } = house();
  for (const path of ["/things/1", "/nothing", "/broken", "/gone"]) {
    const { headers } = await ask(path);
    assert.match(headers.get("content-security-policy") ?? "", /^default-src 'none';(?!.*unsafe)/, path);
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("cache-control"), "no-store");
    assert.match(headers.get("x-request-id") ?? "", /^request_/);
  }
});

test("a request that takes too long is given up", async () => {
  assert.equal((await problem(await house({ requestTimeout: 1 }).ask("/slow"))).code, "http/too-slow");
});

test("once the server is to stop, only probes are answered", async () => {
  const { ask, stopping } = house();
  stopping.abort();
  assert.equal((await problem(await ask("/things/1"))).code, "http/stopping");
  const alive = await ask("/alive");
  assert.deepEqual([alive.status, alive.headers.get("connection")], [200, "close"]);
});

test("an address that failed too often is refused unread until it has waited; those that succeed never are", async () => {
  const { ask, time } = house();
  const guess = (word: string, from?: string) => ask("/guess", { ...json({ word }), ...(from ? { from } : {}) });
  for (let times = 0; times < 20; times += 1) assert.equal((await guess("right")).status, 200);
  const statuses = await Promise.all(["a", "b", "c", "d", "e"].map(async (word) => (await guess(word)).status));
  assert.deepEqual(statuses, [422, 422, 422, 429, 429]);
  const refused = await guess("right");
  assert.equal(refused.headers.get("retry-after"), "10");
  assert.equal((await problem(refused)).code, "http/too-many-requests");
  assert.equal((await guess("right", "192.0.2.7")).status, 200, "somebody else is not held up");
  time.now += 10_000;
  assert.equal((await guess("right")).status, 200);
});

test("strangers are slowed down by address, behind a trusted proxy by the address it names; callers and probes are not", async () => {
  const { ask } = house();
  const ofMany = async (path: string, init: Parameters<typeof ask>[1], target = ask) =>
    (await Promise.all(Array.from({ length: 310 }, async () => (await target(path, init)).status))).filter(
      (status) => status === 429,
    ).length;
  assert.equal(await ofMany("/things/1", { from: "192.0.2.7" }), 10);
  assert.equal((await ask("/things/1", { from: "192.0.2.8" })).status, 200);
  const behind = (client: string) => ({ from: "10.0.0.1", headers: { "x-forwarded-for": client } });
  assert.equal(await ofMany("/things/1", behind("198.51.100.7")), 10);
  assert.equal((await ask("/things/1", behind("198.51.100.8"))).status, 200);
  assert.equal(await ofMany("/alive", { from: "192.0.2.7" }), 0);
  assert.equal(await ofMany("/things/1", {}, house({ id: "p1" }).ask), 0);
});

test("a caller has a rate of its own for a route that says one; strangers have their address's", async () => {
  const { ask, time } = house({ id: "token_1" });
  const statuses = async (from: string) =>
    (await Promise.all([1, 2, 3].map(() => ask("/often", { method: "POST", from })))).map(({ status }) => status);
  assert.deepEqual(await statuses("192.0.2.1"), [200, 200, 429]);
  assert.deepEqual(await statuses("192.0.2.2"), [429, 429, 429], "the same token from elsewhere");
  const refused = await ask("/often", { method: "POST" });
  assert.deepEqual(
    [(await problem(refused)).code, refused.headers.get("retry-after")],
    ["http/too-many-of-yours", "5"],
  );
  time.now += 5_000;
  assert.equal((await ask("/often", { method: "POST" })).status, 200);
  const strangers = house();
  for (const from of ["192.0.2.1", "192.0.2.2"]) {
    const first = await strangers.ask("/often", { method: "POST", from });
    assert.equal(first.status, 200);
  }
});

test("where two patterns fit an address, the one that takes the method answers", async () => {
  const { ask } = house();
  assert.deepEqual(await (await ask("/often/twice", { method: "POST" })).json(), { got: "post" });
  assert.deepEqual(await (await ask("/often/twice")).json(), { got: "often" });
  assert.equal((await ask("/often/twice", { method: "PUT" })).status, 405);
});

test("a sender with a token reaches its route under any name of the server's, a browser does not", async () => {
  const { ask } = house({ id: "p1", may: ["secrets.read"] });
  const host = "siem.internal";
  const authorization = "Bearer x";
  assert.equal((await ask("/secret", { host, headers: { authorization } })).status, 200);
  assert.equal((await ask("/secret", { host })).status, 403);
  assert.equal((await ask("/secret", { host, headers: { authorization, cookie: "a=b" } })).status, 403);
  assert.equal((await ask("/things/1", { host, headers: { authorization } })).status, 403);
});

test("a quiet route is logged at debug, and at info when it fails", async () => {
  const { ask, lines } = house();
  for (let times = 0; times < 3; times += 1) await ask("/often", { method: "POST" });
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as { level: string }).level),
    ["debug", "debug", "info"],
  );
});

test("an answer that its route does not declare is a fault where answers are checked", async () => {
  assert.equal((await house().ask("/lies")).status, 500);
});

test("requests are measured by route and logged once, without query or path values", async () => {
  const { ask, lines, metrics } = house({ id: "p1" });
  await ask("/things/abc?token=hunter2");
  await ask("/no-such-thing/hunter2");
  const logged = lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ message }) => message === "request");
  assert.deepEqual(
    logged.map(({ route: pattern, status }) => [pattern, status]),
    [
      ["/things/{id}", 200],
      [undefined, 404],
    ],
  );
  assert.ok(!lines.join("").includes("hunter2"));
  const { text } = exposeMetrics(metrics);
  assert.match(
    text,
    /http_server_request_duration_seconds_count\{http_request_method="GET",url_scheme="http",http_response_status_code="200",http_route="\/things\/\{id\}"\} 1/,
  );
  assert.match(text, /http_server_active_requests\{http_request_method="GET",url_scheme="http"\} 0/);
});

test("whatever bytes come as a body, the answer is one of the declared kinds", async () => {
  const { ask } = house();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 150 }), async (bytes) => {
      const { status } = await ask("/things", {
        method: "POST",
        body: bytes,
        headers: { "content-type": "application/json" },
      });
      assert.ok([200, 400, 413, 422].includes(status), String(status));
    }),
  );
});

test("the description is the same for the same routes in any order", () => {
  const text = JSON.stringify(describeApi(routes, { version: "1.0.0" }));
  assert.equal(JSON.stringify(describeApi(routes.toReversed(), { version: "1.0.0" })), text);
  assert.ok(text.includes('"/things/{id}":{"get":{"operationId":"get-thing"'));
});
