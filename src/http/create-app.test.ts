import assert from "node:assert/strict";
import { test } from "node:test";
import { exposeMetrics } from "#telemetry";
import fc from "fast-check";
import { describeApi } from "./describe-api.ts";
import { demoHouse as house, json, problem, routes } from "./testing/demo-house.ts";

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
