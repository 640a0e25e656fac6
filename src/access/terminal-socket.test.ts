import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { Refusal, refusals } from "#kernel";
import { z } from "zod";
import { askTerminal, listenForTerminal, terminalVerb, type TerminalVerbs } from "./terminal-socket.ts";

const refuse = refusals("demo", { gone: { status: 410, says: "It is gone: {what}." } });
const isRefusal = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;

async function listening(verbs: TerminalVerbs) {
  const folder = await mkdtemp(join(tmpdir(), "meridian-socket-"));
  const path = join(folder, "terminal.sock");
  const faults: unknown[] = [];
  const server = await listenForTerminal({ path, verbs, onFault: (verb, error) => faults.push([verb, error]) });
  assert.ok(server.ok);
  const { value } = server;
  return {
    path,
    faults,
    stop: () => value[Symbol.asyncDispose](),
    async [Symbol.asyncDispose]() {
      await value[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What comes back for bytes of any kind. */
async function send(path: string, bytes: string | Uint8Array): Promise<string> {
  const socket = connect(path);
  const chunks: Buffer[] = [];
  socket.on("error", () => {});
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.end(bytes);
  await once(socket, "close");
  return Buffer.concat(chunks).toString();
}

const double = { double: terminalVerb(z.object({ number: z.number() }), async ({ number }) => number * 2) };

test("the running server does verbs for the owner of its data folder, and only while it runs", async () => {
  await using house = await listening(double);
  assert.equal((await stat(house.path)).mode & 0o777, 0o600);
  const all = Array.from({ length: 20 }, (_, number) => askTerminal(house.path, "double", { number }));
  assert.deepEqual(
    await Promise.all(all),
    all.map((_, number) => ({ ok: true, value: number * 2 })),
  );
  await house.stop();
  assert.deepEqual(await askTerminal(house.path, "double", { number: 1 }), { ok: false, error: "no-server" });
});

test("a refusal reaches the asker whole; a fault is told to the server alone", async () => {
  const boom = new Error("password=hunter2");
  await using house = await listening({
    refuses: terminalVerb(z.undefined(), async () => {
      throw refuse("gone", { what: "x" });
    }),
    breaks: terminalVerb(z.undefined(), async () => {
      throw boom;
    }),
  });
  await assert.rejects(askTerminal(house.path, "refuses", undefined), (error) => {
    assert.ok(error instanceof Refusal);
    const { code, status, message, details } = error;
    assert.deepEqual([code, status, message, details], ["demo/gone", 410, "It is gone: x.", { what: "x" }]);
    return true;
  });
  await assert.rejects(askTerminal(house.path, "breaks", undefined), (error) => {
    assert.ok(isRefusal("access/terminal-fault")(error) && !String(error).includes("hunter2"));
    return true;
  });
  assert.deepEqual(house.faults, [["breaks", boom]]);
});

test("verbs and shapes that are not known are refused, and so is another version", async () => {
  await using house = await listening(double);
  await assert.rejects(askTerminal(house.path, "triple", {}), isRefusal("access/terminal-verb"));
  await assert.rejects(askTerminal(house.path, "constructor", {}), isRefusal("access/terminal-verb"));
  await assert.rejects(askTerminal(house.path, "double", { number: "1" }), isRefusal("access/terminal-shape"));
  assert.match(await send(house.path, '{"version":2,"verb":"double"}\n'), /"access\/terminal-version"/);
});

test("a request is one line of at most 64 KiB, and whatever comes instead is answered or hung up on", async () => {
  await using house = await listening(double);
  assert.equal(await send(house.path, "x".repeat(70_000)), "");
  assert.equal(await send(house.path, '{"version":1'), "");
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      const answer = await send(house.path, Buffer.concat([bytes, Buffer.from("\n")]));
      assert.match(answer, /^\{"version":1,"refusal":\{"code":"access\/terminal-request".*\n$/);
    }),
    { numRuns: 50 },
  );
  assert.deepEqual(await askTerminal(house.path, "double", { number: 2 }), { ok: true, value: 4 });
});

test("a verb is told when its asker has gone, and when the server is to stop", async () => {
  const begun = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const ended = Promise.withResolvers<void>();
  let count = 0;
  await using house = await listening({
    wait: terminalVerb(z.undefined(), async (_, signal) => {
      begun[count++]?.resolve();
      await once(signal, "abort");
      ended.resolve();
    }),
  });
  const gone = new AbortController();
  const asked = assert.rejects(askTerminal(house.path, "wait", undefined, gone.signal));
  await begun[0]?.promise;
  gone.abort();
  await Promise.all([asked, ended.promise]);
  const second = askTerminal(house.path, "wait", undefined);
  await begun[1]?.promise;
  await house.stop();
  await second;
});

test("a folder whose path leaves no room for a socket is told, not failed on", async () => {
  const path = `/${"x".repeat(107)}`;
  assert.deepEqual(await listenForTerminal({ path, verbs: {}, onFault: () => assert.fail() }), {
    ok: false,
    error: "too-long",
  });
  assert.deepEqual(await askTerminal(path, "double", {}), { ok: false, error: "no-server" });
});
