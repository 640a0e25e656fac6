import assert from "node:assert/strict";
import { test } from "node:test";
import { demoHouse as house, json, problem } from "./testing/demo-house.ts";

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
