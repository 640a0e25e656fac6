import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { refusals } from "#kernel";
import { openIntake } from "../testing/open-intake.ts";

const lines = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => `${JSON.stringify({ n: from + at, pad: "x".repeat(100) })}\n`).join("");

test("NDJSON is answered once taken, with what was accepted, what was rejected and why", async () => {
  await using house = await openIntake();
  const answer = await house.ask("/api/ingest/web", { as: "web", method: "POST", body: '{"a":1}\n{"a":\n{"a":2}\n' });
  assert.equal(answer.status, 200);
  const said = (await answer.json()) as { accepted: number; rejected: number; errors: Record<string, unknown>[] };
  assert.equal(said.accepted, 2);
  assert.equal(said.rejected, 1);
  assert.deepEqual({ ...said.errors[0], message: "" }, { index: 1, offset: 8, code: "bad-json", message: "" });
  assert.deepEqual(
    house.reading.records.map(({ body }) => body["a"]),
    [1, 2],
  );
});

test("curl sends a file, plain and packed by each Content-Encoding, and each is the same events", async (t) => {
  await using house = await openIntake();
  const text = lines(50);
  const packings: [string, Buffer][] = [
    ["identity", Buffer.from(text)],
    ["gzip", gzipSync(text)],
    ["zstd", zstdCompressSync(text)],
    ["deflate", deflateSync(text)],
    ["deflate", deflateRawSync(text)],
  ];
  for (const [at, [encoding, bytes]] of packings.entries()) {
    const file = join(house.folder, `body-${at}`);
    await writeFile(file, bytes);
    const headers = [
      `Authorization: Bearer s${at}`,
      `Content-Encoding: ${encoding}`,
      "Content-Type: application/x-ndjson",
    ];
    const run = promisify(execFile)("curl", [
      "-sS",
      ...headers.flatMap((header) => ["-H", header]),
      "--data-binary",
      `@${file}`,
      `${house.url}/api/ingest/s${at}`,
    ]);
    const { stdout } = await run.catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
      t.skip("curl is not installed");
      return { stdout: "" };
    });
    if (stdout === "") return;
    assert.deepEqual(JSON.parse(stdout), { accepted: 50, rejected: 0, errors: [] }, encoding);
  }
  const [first, ...others] = packings.map((_, at) =>
    house.reading.records.filter(({ source }) => source === `s${at}`).map(({ body }) => body),
  );
  for (const other of others) assert.deepEqual(other, first);
});

test("a large body is handed over in parts of whole lines, and a retry in the same parts", async () => {
  await using house = await openIntake();
  const body = lines(120_000);
  for (const chunk of [1_000_000, 77_777]) {
    const pieces = new ReadableStream<Uint8Array>({
      start(controller) {
        const bytes = Buffer.from(body);
        for (let at = 0; at < bytes.length; at += chunk) controller.enqueue(bytes.subarray(at, at + chunk));
        controller.close();
      },
    });
    const answer = await house.ask("/api/ingest/big", {
      as: "big",
      method: "POST",
      body: pieces,
      duplex: "half",
      headers: { "idempotency-key": "k1" },
    } as RequestInit);
    assert.deepEqual(await answer.json(), { accepted: 120_000, rejected: 0, errors: [] });
  }
  assert.equal(house.reading.records.length, 120_000);
  const keys = house.reading.deliveries.map(({ key }) => key);
  assert.ok(keys.length >= 6);
  assert.deepEqual(keys.slice(0, keys.length / 2), keys.slice(keys.length / 2));
  assert.equal(new Set(keys).size, keys.length / 2);
});

test("what is wrong with a request is a refusal by its code, and nothing is taken", async () => {
  await using house = await openIntake();
  const post = (init: RequestInit & { as?: string }, source = "web") =>
    house.ask(`/api/ingest/${source}`, { method: "POST", as: "web", body: "{}", ...init });
  const code = async (answer: Promise<Response>) => ((await (await answer).json()) as { code: string }).code;
  assert.equal(await code(post({ as: "other" })), "intake/other-source");
  assert.equal(await code(post({ as: "owner" })), "intake/not-a-source");
  assert.equal((await post({ headers: { authorization: "" } })).status, 401);
  assert.equal(await code(post({ headers: { "content-encoding": "br" } })), "intake/encoding-unknown");
  assert.equal(await code(post({ headers: { "content-encoding": "gzip" } })), "intake/encoding-damaged");
  const cut = gzipSync(lines(5_000)).subarray(0, 2_000);
  assert.equal(await code(post({ headers: { "content-encoding": "gzip" }, body: cut })), "intake/encoding-damaged");
  const bomb = gzipSync(Buffer.alloc(80_000_000, "\n"));
  assert.equal(await code(post({ headers: { "content-encoding": "gzip" }, body: bomb })), "intake/bomb");
  assert.equal(await code(post({ headers: { "idempotency-key": "é" } })), "intake/bad-key");
  const array = `[${"{},".repeat(9_000_000)}{}]`;
  assert.equal(await code(post({ body: array })), "intake/body-too-large");
  assert.equal(house.reading.records.length, 0);
});

test("a full way is 429 with Retry-After, and a source over its limit is slowed down alone", async () => {
  const busy = refusals("watch", { busy: { status: 429, says: "Busy; {retryAfter}." } });
  let full = true;
  await using house = await openIntake({
    hold: () => {
      if (full) throw busy("busy", { retryAfter: 7 });
    },
  });
  const post = (as: string) => house.ask(`/api/ingest/${as}`, { as, method: "POST", body: lines(10) });
  const refused = await post("web");
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get("retry-after"), "7");
  full = false;
  assert.equal((await post("web")).status, 200);
  const limits = { limits: { eventsPerSecond: 1 } };
  const put = await house.ask("/api/sources/web", {
    method: "PUT",
    body: JSON.stringify(limits),
    headers: { "content-type": "application/json" },
  });
  assert.equal(put.status, 200);
  assert.equal((await post("web")).status, 200);
  const fast = await post("web");
  assert.equal(fast.status, 429);
  assert.ok(Number(fast.headers.get("retry-after")) >= 1);
  assert.equal((await post("other")).status, 200);
});

test("a source is made by its first delivery, changed, disabled and forgotten, each with its audit entry", async () => {
  await using house = await openIntake();
  const json = { "content-type": "application/json" };
  assert.equal((await house.ask("/api/ingest/web", { as: "web", method: "POST", body: "{}" })).status, 200);
  const list = (await (await house.ask("/api/sources")).json()) as { sources: Record<string, unknown>[] };
  assert.equal(list.sources[0]?.["name"], "web");
  assert.equal(list.sources[0]?.["madeBy"], "system:intake");
  assert.equal(list.sources[0]?.["accepted"], 1);
  const wish = { about: "the web", format: "ndjson", takeAs: { product: ["linux"] }, disabled: true };
  await house.ask("/api/sources/web", { method: "PUT", body: JSON.stringify(wish), headers: json });
  assert.equal((await house.ask("/api/ingest/web", { as: "web", method: "POST", body: "{}" })).status, 403);
  assert.equal(house.intake.source("web")?.takeAs?.product?.[0], "linux");
  const again = await house.ask("/api/sources", {
    method: "POST",
    body: JSON.stringify({ name: "web" }),
    headers: json,
  });
  assert.equal(again.status, 409);
  assert.equal((await house.ask("/api/sources/web", { method: "DELETE" })).status, 204);
  assert.equal((await house.ask("/api/sources/web")).status, 404);
});

test("Logpush's test file is no event, and its proof of ownership is kept for a person to copy", async () => {
  await using house = await openIntake();
  const push = (body: string) =>
    house.ask("/api/ingest/edge", {
      as: "edge",
      method: "POST",
      body: gzipSync(body),
      headers: { "content-encoding": "gzip" },
    });
  assert.deepEqual(await (await push('{"content":"tests"}')).json(), { accepted: 0, rejected: 0, errors: [] });
  const token = `eyJhbGciOiJIUzI1NiJ9.eyJkZXN0IjoibWVyaWRpYW4ifQ.${"a".repeat(43)}`;
  assert.equal((await push(`${token}\n`)).status, 200);
  assert.equal(house.reading.records.length, 0);
  const source = (await (await house.ask("/api/sources/edge")).json()) as { challenge?: { text: string } };
  assert.equal(source.challenge?.text, token);
  assert.equal((await push('{"ClientIP":"192.0.2.1"}\n{"ClientIP":"192.0.2.2"}\n')).status, 200);
  assert.equal(house.reading.records.length, 2);
});
