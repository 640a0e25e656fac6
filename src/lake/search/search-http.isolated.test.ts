import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openSearch, type TestSearch, testNow } from "./testing/open-search.ts";
import type { Found } from "./contract.ts";

describe("the search's routes", () => {
  let house: TestSearch;
  before(async () => void (house = await openSearch()));
  after(async () => house?.[Symbol.asyncDispose]());

  const ask = async (body: object) => {
    const answer = await house.as("reader")("POST", "search", body);
    assert.equal(answer.status, 200, await answer.clone().text());
    return (await answer.json()) as Found;
  };

  test("pages follow each other without a gap or a double, newest first, also where times are equal", async () => {
    await house.hold(
      Array.from({ length: 57 }, (_, n) => ({ time: testNow - 1_000 * Math.floor(n / 9), host: n % 2 ? "a" : "b" })),
    );
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const found = await ask({ query: "host:a", limit: 5, cursor });
      for (const { uid } of found.events ?? []) seen.push(uid);
      cursor = found.cursor;
    } while (cursor !== undefined);
    const wanted = await house.events.query<{ uid: string }>(
      "select uid from events where host = 'a' order by time desc, uid desc",
    );
    assert.deepEqual(
      seen,
      wanted.map(({ uid }) => uid),
    );
  });

  test("the time that is searched begins with `from` and ends before `to`, however they are written", async () => {
    await house.hold([{ time: testNow - 3_600_000 }, { time: testNow - 1 }, { time: testNow }]);
    const count = async (from?: unknown, to?: unknown) => (await ask({ from, to })).events?.length;
    assert.equal(await count("-1h", "now"), 2);
    assert.equal(await count(new Date(testNow - 3_599_999).toISOString(), testNow + 1), 2);
    assert.equal(await count(testNow - 3_600_000, testNow), 2);
    assert.equal(await count(), 3);
  });

  test("columns without a value are left out, the record is not", async () => {
    await house.hold([{ host: "lis01", raw: '{"a":1}', hash: ["ab"] }]);
    const [event] = (await ask({})).events ?? [];
    assert.deepEqual(event, {
      uid: "0".repeat(32),
      time: new Date(testNow).toISOString(),
      received: new Date(testNow).toISOString(),
      host: "lis01",
      hash: ["ab"],
      raw: '{"a":1}',
    });
    const one = await house.as("reader")("GET", `events/${event?.uid}`);
    assert.deepEqual(await one.json(), event);
    assert.equal((await house.as("reader")("GET", `events/${"f".repeat(32)}`)).status, 404);
  });

  test("steps make a table", async () => {
    await house.hold(["a", "b", "a"].map((user) => ({ user, dst_port: 22 })));
    assert.deepEqual((await ask({ query: "dst_port:22 | stats count, dc(user) as users by user" })).table, {
      columns: [
        { title: "user", kind: "text" },
        { title: "count", kind: "number" },
        { title: "users", kind: "number" },
      ],
      rows: [
        ["a", 2, 1],
        ["b", 1, 1],
      ],
    });
  });

  test("what is wrong with a search is answered with its place and what was likely meant", async () => {
    for (const [query, at, suggestion] of [
      ["host:a | stts count", 9, "stats"],
      ["(a or b", 0, undefined],
      ['cmd:"curl', 4, undefined],
      ["severity>=hihg", 0, "high"],
      ["| stats cuont by host", 8, "count"],
      ["| stats count by host | where cout > 5", 30, "count"],
      ["cmd>5", 0, undefined],
    ] as const) {
      const answer = await house.as("reader")("POST", "search", { query });
      const problem = (await answer.json()) as { at: number; suggestion?: string };
      assert.deepEqual([answer.status, problem.at, problem.suggestion], [422, at, suggestion], query);
    }
  });

  test("the bars of a histogram hold every row once", async () => {
    await house.hold(
      Array.from({ length: 100 }, (_, n) => ({ time: testNow - 60_000 * n, cmd: n % 4 ? "curl x" : "ls" })),
    );
    const answer = await house.as("reader")("POST", "search/histogram", { query: "cmd:curl", from: "-1d" });
    const { total, bars, span } = (await answer.json()) as {
      total: number;
      span: number;
      bars: { time: string; count: number }[];
    };
    assert.equal(total, 75);
    assert.equal(
      bars.reduce((sum, { count }) => sum + count, 0),
      75,
    );
    for (const { time } of bars) assert.equal(Date.parse(time) % span, 0);
  });
});

test("a word that is rare is found by the index: without reading the other rows, in a page and in a histogram", async () => {
  await using house = await openSearch({ rowsRead: 20_000 });
  await house.events.command(
    `insert into events (uid, time, received, raw) select leftPad(toString(number), 32, '0') as uid, toDateTime64('2026-01-31 11:00:00', 3) + number / 1000 as time, time as received, concat('{"Text":"common', if(number = 7, ' Rareword', ''), '"}') as raw from numbers(200000)`,
  );
  const ask = (path: string, query: string) => house.as("reader")("POST", path, { query });
  for (const query of ["rareword", 'text:"common rareword"', "raRe*", "*reword common", "rareword or nowhere"]) {
    const page = await ask("search", query);
    assert.equal(page.status, 200, `${query}: ${await page.clone().text()}`);
    assert.equal(((await page.json()) as Found).events?.length, 1, query);
    const histogram = await ask("search/histogram", query);
    assert.equal(histogram.status, 200, query);
    assert.equal(((await histogram.json()) as { total: number }).total, 1, query);
  }
  assert.equal((await ask("search/histogram", "host:nowhere")).status, 503);
});
