import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { instant, makeId, type Refusal } from "#kernel";
import { createLog, createMetrics } from "#telemetry";
import fc from "fast-check";
import { answerJson } from "./answer.ts";
import type { ByteBody } from "./byte-body.ts";
import type { BytesRouteSpec, Caller, Route } from "./contract.ts";
import { createApp } from "./create-app.ts";
import { listen } from "./listen.ts";
import { route } from "./route.ts";

const own = route<Caller>();
type Spec = BytesRouteSpec<Caller, undefined, undefined>;

const takes = (path: string, read: (body: ByteBody) => Promise<Uint8Array[]>, more: Partial<Spec> = {}) =>
  own({
    method: "POST",
    path,
    id: "take-bytes",
    says: "Takes.",
    admits: { public: "it is a test" },
    bodyType: "bytes",
    bodyLimit: 100_000,
    answers: { 200: { says: "Taken." } },
    handle: async ({ body }) => answerJson({ hex: Buffer.concat(await read(body)).toString("hex") }),
    ...more,
  });

const chunksOf = (body: ByteBody) => Array.fromAsync(body);
const wholeOf = async (body: ByteBody) => [await body.all()];
const firstOf = async (body: ByteBody) => {
  for await (const chunk of body) return [chunk];
  return [];
};

/** A server on a real port, as bodies come in pieces there. */
async function serving(routes: readonly Route<Caller>[]) {
  const lines: string[] = [];
  const stopping = new AbortController();
  const app = createApp<Caller>({
    routes,
    identify: async () => ({ may: () => false }),
    problemPage: () => "",
    newId: (kind) => makeId(kind, instant(0), new Uint8Array(10)),
    log: createLog({ level: "info", format: "json", now: () => 0, write: (line) => void lines.push(line) }),
    metrics: createMetrics(),
    origins: { publicUrl: undefined, host: "127.0.0.1" },
    monotonic: () => performance.now() * 1_000_000,
    bodyLimit: 100,
    requestTimeout: 60_000,
    stopping: stopping.signal,
  });
  const server = await listen({
    fetch: (request, environment) => app.fetch(request, environment),
    host: "127.0.0.1",
    port: 0,
    requestTimeout: 60_000,
  });
  return {
    url: server.url,
    port: Number(new URL(server.url).port),
    lines,
    stopping,
    [Symbol.asyncDispose]: async () => void (await server.close(0)),
  };
}

const all = [takes("/whole", wholeOf), takes("/chunks", chunksOf)];

test("a body of bytes reaches its handler as it was sent, in pieces or whole, however it was cut up on the way", async () => {
  await using house = await serving(all);
  const pieces = fc.array(fc.uint8Array({ maxLength: 30_000 }), { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(pieces, fc.constantFrom("/whole", "/chunks"), async (sent, path) => {
      const body = new ReadableStream({
        start(controller) {
          for (const piece of sent) if (piece.length > 0) controller.enqueue(piece);
          controller.close();
        },
      });
      const answer = await fetch(house.url + path, { method: "POST", body, duplex: "half" } as RequestInit);
      assert.deepEqual(await answer.json(), { hex: Buffer.concat(sent).toString("hex") });
    }),
    { numRuns: 50 },
  );
});

test("a body past its route's limit is refused, whether the sender says its length or not", async () => {
  await using house = await serving(all);
  for (const path of ["/whole", "/chunks"])
    for (const body of [
      Buffer.alloc(100_001),
      new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(10_000)) }),
    ]) {
      const answer = await fetch(house.url + path, { method: "POST", body, duplex: "half" } as RequestInit).catch(
        // The answer came before the body's end; a client may tell that as a broken connection.
        () => undefined,
      );
      if (!answer) continue;
      assert.deepEqual([answer.status, ((await answer.json()) as { code: string }).code], [413, "http/body-too-large"]);
    }
  assert.ok(house.lines.filter((line) => line.includes('"status":413')).length >= 3, house.lines.join(""));
  const { status } = await fetch(`${house.url}/whole`, { method: "POST", body: Buffer.alloc(100_000) });
  assert.equal(status, 200, "the server goes on");
});

test("a sender that goes away in the middle is no fault of ours", async () => {
  for (const path of ["/whole", "/chunks"]) {
    await using house = await serving(all);
    const socket = connect(house.port, "127.0.0.1");
    socket.write(`POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nxxx`);
    await once(socket, "connect");
    await delay(20);
    socket.destroy();
    while (!house.lines.some((line) => line.includes('"message":"request"'))) await delay(1);
    assert.deepEqual(
      house.lines.map((line) => [JSON.parse(line).level, JSON.parse(line).status]),
      [["info", 400]],
    );
  }
});

test("a handler that leaves the rest of a body unread still answers, and the connection serves on", async () => {
  await using house = await serving([takes("/first", firstOf)]);
  for (let times = 0; times < 5; times += 1) {
    const answer = await fetch(`${house.url}/first`, { method: "POST", body: Buffer.alloc(90_000) });
    assert.equal(answer.status, 200);
    await answer.text();
  }
});

test("a route that lists media types takes no other, one that lists none takes all", async () => {
  await using house = await serving([
    takes("/any", wholeOf),
    takes("/some", wholeOf, { accepts: ["application/x-ndjson"] }),
  ]);
  const status = async (path: string, type: string) =>
    (await fetch(house.url + path, { method: "POST", body: "x", headers: { "content-type": type } })).status;
  assert.deepEqual(
    [
      await status("/any", "image/png"),
      await status("/some", "application/x-ndjson; charset=utf-8"),
      await status("/some", "application/json"),
    ],
    [200, 200, 415],
  );
});

test("addresses that senders know reach their routes: collectors' and bulk doors'", async () => {
  const paths = ["/services/collector/event", "/services/collector/event/1.0", "/_bulk", "/v1/logs"];
  await using house = await serving(paths.map((path) => takes(path, wholeOf)));
  for (const path of paths)
    assert.equal((await fetch(`${house.url}${path}?channel=x`, { method: "POST", body: "x" })).status, 200, path);
});

test("a caller that goes before its answer is no fault, whatever its handler was about", async () => {
  const begun = Promise.withResolvers<void>();
  const waits = takes("/waits", wholeOf, {
    handle: async ({ signal }) => {
      begun.resolve();
      const { promise, reject } = Promise.withResolvers<never>();
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      return promise;
    },
  });
  await using house = await serving([waits]);
  const gone = new AbortController();
  const asked = fetch(`${house.url}/waits`, { method: "POST", body: "x", signal: gone.signal }).catch(() => undefined);
  await begun.promise;
  gone.abort();
  await asked;
  while (!house.lines.some((line) => line.includes('"message":"request"'))) await delay(5);
  assert.deepEqual(
    house.lines.filter((line) => line.includes('"level":"error"')),
    [],
  );
  assert.match(house.lines.at(-1) ?? "", /"status":400/);
});

/** Answers a line at a time until its signal aborts, then says why by what it threw. */
function streaming(more: Partial<Parameters<typeof own>[0]> = {}) {
  const ended = Promise.withResolvers<unknown>();
  const one = own({
    method: "GET",
    path: "/stream",
    id: "stream-lines",
    says: "Streams.",
    admits: { public: "it is a test" },
    streams: true,
    timeout: 50,
    answers: { 200: { says: "Lines.", type: "application/x-ndjson" } },
    handle({ signal }) {
      signal.addEventListener("abort", () => ended.resolve(signal.reason), { once: true });
      let count = 0;
      const body = new ReadableStream<Uint8Array>({
        async pull(controller) {
          await delay(10);
          if (signal.aborted) controller.close();
          else controller.enqueue(Buffer.from(`${(count += 1)}\n`));
        },
      });
      return new Response(body, { headers: { "content-type": "application/x-ndjson" } });
    },
    ...more,
  } as Parameters<typeof own>[0]);
  return { route: one, ended: ended.promise };
}

test("an answer that streams goes on past its time limit, until the caller goes", async () => {
  const { route: lines, ended } = streaming();
  await using house = await serving([lines]);
  const gone = new AbortController();
  const answer = await fetch(`${house.url}/stream`, { signal: gone.signal });
  let text = "";
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk).toString();
    // Ten lines take longer than the limit of 50 ms.
    if (text.includes("10\n")) break;
  }
  gone.abort();
  await ended;
});

test("an answer that streams ends when the server is to stop, and its last line arrives", async () => {
  const { route: lines, ended } = streaming();
  await using house = await serving([lines]);
  const answer = await fetch(`${house.url}/stream`);
  house.stopping.abort();
  await ended;
  assert.match(await answer.text(), /^(?:\d+\n)*$/);
});

test("an answer that streams and does not begin in time is given up", async () => {
  const { route: lines, ended } = streaming({ handle: () => new Promise<Response>(() => {}) });
  await using house = await serving([lines]);
  assert.equal((await fetch(`${house.url}/stream`)).status, 503);
  assert.ok(ended);
});

test("a route's own time limit holds instead of the server's, and its handler is told", async () => {
  const reason = Promise.withResolvers<unknown>();
  await using house = await serving([
    own({
      method: "GET",
      path: "/slow",
      id: "be-slow",
      says: "Is slow.",
      admits: { public: "it is a test" },
      timeout: 20,
      answers: { 200: { says: "Never." } },
      handle: ({ signal }) =>
        new Promise((resolve) =>
          signal.addEventListener("abort", () => {
            reason.resolve(signal.reason);
            resolve(new Response());
          }),
        ),
    }),
  ]);
  assert.equal((await fetch(`${house.url}/slow`)).status, 503);
  assert.equal(((await reason.promise) as Refusal).code, "http/too-slow");
});
