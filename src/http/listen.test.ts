import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { Refusal } from "#kernel";
import { listen } from "./listen.ts";

const here = { host: "127.0.0.1", port: 0, requestTimeout: 10_000 };

test("what is in flight when the server closes gets its whole answer", async () => {
  const asked = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const server = await listen({
    ...here,
    fetch: async () => {
      asked.resolve();
      await go.promise;
      return new Response("whole");
    },
  });
  const answer = fetch(server.url);
  await asked.promise;
  const closed = server.close(60_000);
  go.resolve();
  assert.equal(await (await answer).text(), "whole");
  assert.deepEqual(await closed, { cut: 0 });
  await assert.rejects(fetch(server.url));
});

test("what is still in flight after the grace is cut and counted", async () => {
  const asked = Promise.withResolvers<void>();
  const server = await listen({
    ...here,
    fetch: () => {
      asked.resolve();
      return new Promise<Response>(() => {});
    },
  });
  const answer = assert.rejects(fetch(server.url));
  await asked.promise;
  assert.deepEqual(await server.close(0), { cut: 1 });
  await answer;
});

test("a port that is taken is refused with what to do", async () => {
  const server = await listen({ ...here, fetch: () => new Response() });
  const port = Number(new URL(server.url).port);
  await assert.rejects(
    listen({ ...here, port, fetch: () => new Response() }),
    (error) => error instanceof Refusal && error.code === "http/port-taken",
  );
  await server.close(0);
});

test("bytes that are no HTTP are answered 400 and the connection ends", async () => {
  const server = await listen({ ...here, fetch: () => new Response("no") });
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.end("\u0000\u0001 not http\r\n\r\n");
  await once(socket, "close");
  assert.match(Buffer.concat(chunks).toString(), /^HTTP\/1\.1 400/);
  await server.close(0);
});
