import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import fc from "fast-check";
import { answerBytes, answerRedirect, WholeAnswer } from "./answer.ts";
import { sendAnswer } from "./send-answer.ts";

const added = { "x-added": "1", "cache-control": "no-store" };

/** What a client sees of an answer that was written straight to Node's response. */
async function overNode(answer: Response) {
  const server = createServer((_, outgoing) => void sendAnswer(answer, added, outgoing));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await seen(
      await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { redirect: "manual" }),
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function seen(answer: Response) {
  const { status, headers } = answer;
  const own = Object.fromEntries(
    [...headers].filter(([name]) => !/^(?:date|connection|keep-alive|content-length)$/.test(name)),
  );
  return {
    status,
    headers: own,
    cookies: headers.getSetCookie(),
    body: Buffer.from(await answer.arrayBuffer()).toString("hex"),
  };
}

test("written to Node's response or given back as one, an answer is the same to its client", async () => {
  const token = fc.stringMatching(/^[a-z]{1,10}$/);
  const value = fc.stringMatching(/^[ -~]{0,20}$/).map((text) => text.trim());
  const body = fc.oneof(fc.string({ unit: "grapheme" }), fc.uint8Array());
  const status = fc.constantFrom(200, 201, 303, 404, 503);
  await fc.assert(
    fc.asyncProperty(body, status, fc.dictionary(token, value), fc.array(token), async (whole, code, more, cookies) => {
      const make = () => {
        const headers = new Headers({ "content-type": "text/x", "cache-control": "max-age=1" });
        for (const [name, text] of Object.entries(more)) headers.set(`x-${name}`, text);
        for (const cookie of cookies) headers.append("set-cookie", `${cookie}=1`);
        return new WholeAnswer(whole, { status: code, headers });
      };
      assert.deepEqual(await overNode(make()), await seen(sendAnswer(make(), added, undefined)));
    }),
    { numRuns: 40 },
  );
});

test("an answer without a body, and one of bytes, are written as they are", async () => {
  const redirect = await overNode(answerRedirect("/x", { "set-cookie": "a=b" }));
  assert.deepEqual([redirect.status, redirect.headers["location"], redirect.cookies], [303, "/x", ["a=b"]]);
  assert.equal((await overNode(new Response(null, { status: 204 }))).status, 204);
  assert.equal((await overNode(answerBytes(new Uint8Array([1, 2]), "image/png"))).headers["content-type"], "image/png");
});
