import assert from "node:assert/strict";
import { test } from "node:test";
import { openIntake } from "../testing/open-intake.ts";

interface Page {
  letters: { id: string; source: string; code: string; size: number }[];
  next?: string;
  counts: { source: string; code: string; count: number }[];
}
const json = { "content-type": "application/json" };

test("what could not be read is listed by source and code, page by page, and given out as it came", async () => {
  await using house = await openIntake();
  for (const as of ["web", "vpn"]) {
    const body = `{"a":1}\n{"bad":${"\n[1]\n".repeat(3)}`;
    await house.ask(`/api/ingest/${as}`, {
      as,
      method: "POST",
      body,
      headers: { "content-type": "application/x-ndjson" },
    });
  }
  const page = async (query: string) => (await (await house.ask(`/api/dead-letters?${query}`)).json()) as Page;
  const first = await page("source=web&code=bad-json&limit=2");
  assert.ok(first.letters.length > 0);
  assert.ok(first.letters.every(({ source, code }) => source === "web" && code === "bad-json"));
  const all: string[] = [];
  for (let before = ""; ;) {
    const { letters, next } = await page(`limit=2${before}`);
    all.push(...letters.map(({ id }) => id));
    if (next === undefined) break;
    before = `&before=${next}`;
  }
  const total = first.counts.reduce((sum, { count }) => sum + count, 0);
  assert.equal(all.length, total);
  assert.equal(new Set(all).size, total);
  const [letter] = first.letters;
  const bytes = await house.ask(`/api/dead-letters/${letter?.id}/bytes`);
  assert.equal(bytes.headers.get("content-type"), "application/octet-stream");
  assert.equal(Buffer.from(await bytes.arrayBuffer()).toString(), '{"bad":');
});

test("each letter is tried once: what is readable now becomes an event and is no letter any more, the rest stays one", async () => {
  await using house = await openIntake();
  const bad = ["hello", "again", "and again", "still here"];
  const post = { as: "web", method: "POST", headers: { "content-type": "application/x-ndjson" } };
  await house.ask("/api/ingest/web", {
    ...post,
    body: `{"a":1}\n${bad.map((text) => `Jan 31 04:00:00 host app: ${text}\n`).join("")}`,
  });
  assert.equal(house.reading.records.length, 1);
  const redrive = async () =>
    (await (
      await house.ask("/api/dead-letters/redrive", {
        method: "POST",
        body: JSON.stringify({ source: "web" }),
        headers: json,
      })
    ).json()) as { tried: number; accepted: number; rejected: number };
  assert.deepEqual(await redrive(), { tried: 4, accepted: 0, rejected: 4 });
  const body = JSON.stringify({ format: "syslog" });
  await house.ask("/api/sources/web", { method: "PUT", body, headers: json });
  assert.deepEqual(await redrive(), { tried: 4, accepted: 4, rejected: 0 });
  const texts = house.reading.records.slice(1).map(({ body: { message } }) => String(message));
  assert.deepEqual(texts.toSorted(), bad.toSorted());
  assert.deepEqual(await redrive(), { tried: 0, accepted: 0, rejected: 0 });
});

test("letters are forgotten one by one, or all of a source or code, never all at once by mistake", async () => {
  await using house = await openIntake();
  const post = { as: "web", method: "POST", headers: { "content-type": "application/x-ndjson" } };
  await house.ask("/api/ingest/web", { ...post, body: "[1]\n{\n[2]\n" });
  const page = async () => (await (await house.ask("/api/dead-letters")).json()) as Page;
  const [first] = (await page()).letters;
  assert.equal((await house.ask(`/api/dead-letters/${first?.id}`, { method: "DELETE" })).status, 204);
  assert.equal((await house.ask(`/api/dead-letters/${first?.id}`, { method: "DELETE" })).status, 404);
  const forget = (body: object) =>
    house.ask("/api/dead-letters/forget", { method: "POST", body: JSON.stringify(body), headers: json });
  assert.equal((await forget({})).status, 422);
  assert.deepEqual(await (await forget({ source: "web" })).json(), { forgotten: 2 });
  assert.deepEqual((await page()).letters, []);
});

test("a letter that is tried again is of its source's site, as if it had been readable at once", async () => {
  await using house = await openIntake();
  const post = { as: "web", method: "POST", headers: { "content-type": "application/x-ndjson" } };
  await house.ask("/api/ingest/web", { ...post, body: '{"a":1}\nhello\n' });
  const wish = JSON.stringify({ site: "lis01", takeAs: { product: ["linux"] } });
  await house.ask("/api/sources/web", { method: "PUT", body: wish, headers: json });
  await house.ask("/api/dead-letters/redrive", { method: "POST", body: "{}", headers: json });
  const { site, as } = house.reading.deliveries.at(-1) ?? {};
  assert.deepEqual({ site, as }, { site: "lis01", as: { product: ["linux"] } });
});
