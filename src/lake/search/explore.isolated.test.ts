import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Completions } from "./complete.ts";
import type { Statistics } from "./field-statistics.ts";
import type { Streamed } from "./stream-search.ts";
import { openSearch, type TestSearch, testNow } from "./testing/open-search.ts";

describe("around a search", () => {
  let house: TestSearch;
  before(async () => {
    house = await openSearch({ atOnce: 2 });
    await house.hold(
      Array.from({ length: 200 }, (_, n) => ({
        time: testNow - 600_000 * n,
        host: n % 2 ? "lis01-web3" : "lis01-web4",
        user: `user${n % 5}`,
        src_ip: n % 10 ? "" : "10.0.0.7",
        hash: n === 3 ? ["ab12", "cd34"] : [],
        dst_port: n % 4 ? 0 : 22,
        raw: JSON.stringify({ EventData: { LogonType: n % 3, Name: `n${n % 2}` }, tags: ["a", "b"] }),
      })),
    );
  });
  after(async () => house?.[Symbol.asyncDispose]());

  const post = async <T>(path: string, body: object): Promise<T> => {
    const answer = await house.as("responder")("POST", path, body);
    assert.equal(answer.status, 200, await answer.clone().text());
    return (await answer.json()) as T;
  };

  test("field statistics count what is there, of columns and of the record's own fields, and say of how many rows", async () => {
    const all = await post<Statistics>("search/fields", { from: "-30d" });
    assert.deepEqual([all.sampled, all.complete], [200, true]);
    const host = all.fields.find(({ field }) => field === "host");
    assert.deepEqual([host?.present, host?.distinct], [200, 2]);
    assert.deepEqual(
      new Map(host?.top.map(({ value, count }) => [value, count])),
      new Map([
        ["lis01-web3", 100],
        ["lis01-web4", 100],
      ]),
    );
    assert.deepEqual(all.fields.find(({ field }) => field === "hash")?.present, 1);
    assert.deepEqual(all.fields.find(({ field }) => field === "dst_port")?.top, [{ value: "22", count: 50 }]);
    assert.equal(
      all.fields.some(({ field }) => field === "cmd"),
      false,
    );
    assert.deepEqual(all.record.paths.find(({ path }) => path === "EventData.Name")?.present, 200);
    const some = await post<Statistics>("search/fields", { from: "-30d", query: "host:lis01-web3", sample: 10 });
    assert.deepEqual([some.sampled, some.complete], [10, false]);
  });

  test("completion offers fields, aliases, the record's own fields, values, steps and figures, each in its place", async () => {
    const at = async (query: string): Promise<string[]> => {
      const found = await post<Completions>("search/complete", { query, at: query.length, from: "-30d" });
      return found.completions.map(({ text }) => query.slice(0, found.start) + text);
    };
    assert.ok((await at("ho")).includes("host"));
    assert.ok((await at("command_l")).includes("command_line"));
    assert.ok((await at("Logon")).includes("EventData.LogonType"));
    assert.deepEqual((await at("not host:lis")).toSorted(), ["not host:lis01-web3", "not host:lis01-web4"]);
    assert.deepEqual(await at("EventData.Name:n1"), ["EventData.Name:n1"]);
    assert.deepEqual(await at("ip:10"), ["ip:10.0.0.7"]);
    assert.ok((await at("x | st")).includes("x | stats"));
    assert.ok((await at("x | stats me")).includes("x | stats median"));
    assert.ok((await at("x | stats dc(us")).includes("x | stats dc(user"));
    assert.ok((await at("x | stats count by so")).includes("x | stats count by source"));
    assert.deepEqual(await at('"| st'), []);
  });

  test("a streamed search gives the newest rows first, and bars that add up to all of them", async () => {
    const lines = await streamed({ query: "host:lis01-web3", from: "-30d", limit: 30 });
    const rows = lines.flatMap((line) => (line.is === "rows" ? (line.events ?? []) : []));
    const times = rows.map(({ time }) => Date.parse(time));
    assert.deepEqual(
      times,
      Array.from({ length: 30 }, (_, n) => testNow - 600_000 * (2 * n + 1)),
    );
    const counted = lines.flatMap((line) => (line.is === "bars" ? line.bars : []));
    assert.equal(
      counted.reduce((sum, { count }) => sum + count, 0),
      100,
    );
    const end = lines.at(-1);
    assert.ok(end?.is === "end" && end.found === 100);
    const progress = lines.filter((line) => line.is === "progress");
    assert.ok(progress.length > 1);
    assert.deepEqual([progress.at(-1)?.share, progress.at(-1)?.rows], [1, 200]);
  });

  test("a streamed search with steps gives its table", async () => {
    const lines = await streamed({ query: "| stats count by host", from: "-30d" });
    assert.deepEqual(
      lines.map(({ is }) => is),
      ["table", "end"],
    );
  });

  test("a caller has only so many searches running, and has them back when a reader goes", async () => {
    const ask = house.as("reader", "busy");
    const open = () => ask("POST", "search/stream", { from: "-30d" });
    const [one, two] = [await open(), await open()];
    assert.equal((await open()).status, 429);
    assert.equal((await ask("POST", "search", {})).status, 429);
    assert.equal((await house.as("reader", "another")("POST", "search", {})).status, 200);
    await one.body?.cancel();
    assert.equal((await ask("POST", "search", {})).status, 200);
    await two.text();
  });

  test("an export has every row, as NDJSON and as CSV in which no formula runs; it is in the audit trail", async () => {
    const ask = house.as("responder");
    const lines = (await (await ask("POST", "search/export", { from: "-30d", query: "host:lis01-web4" })).text())
      .trimEnd()
      .split("\n");
    assert.equal(lines.length, 100);
    await house.hold([{ cmd: '=HYPERLINK("http://x")', user: 'a,"b"\n' }]);
    const csv = await (await ask("POST", "search/export", { format: "csv", query: "| fields cmd, user" })).text();
    assert.equal(csv, 'cmd,user\r\n"\'=HYPERLINK(""http://x"")","a,""b""\n"\r\n');
    assert.equal((await house.as("reader")("POST", "search/export", {})).status, 403);
    const { audit } = house;
    assert.deepEqual((await audit()).filter(({ action }) => action === "search.export").length, 2);
  });

  test("a live tail tells of each new row once, and of none that was there before", async () => {
    await house.hold([{ host: "old", received: testNow - 1 }]);
    const stop = new AbortController();
    const answer = await house.as("reader")("GET", "search/tail?query=host%3Anew", undefined, stop.signal);
    const found: string[] = [];
    const reading = (async () => {
      for await (const piece of answer.body!.pipeThrough(new TextDecoderStream()))
        for (const [, data] of piece.matchAll(/^data: (.*)$/gm))
          found.push(...(JSON.parse(data!) as { events: { uid: string }[] }).events.map(({ uid }) => uid));
    })();
    for (const uid of ["1", "2"].map((digit) => digit.repeat(32))) {
      await until(() => house.clock.sleepers > 0);
      await house.add([
        { uid, host: "new", time: house.clock.now(), received: house.clock.now() },
        { uid: uid.replaceAll(/./g, "9"), host: "other", time: house.clock.now(), received: house.clock.now() },
      ]);
      house.clock.advance(1_000);
    }
    await until(() => found.length === 2 && house.clock.sleepers > 0);
    stop.abort();
    house.clock.advance(1_000);
    await reading.catch(() => undefined);
    assert.deepEqual(found, ["1".repeat(32), "2".repeat(32)]);
  });

  test("a page about a value tells when it was seen, and with what", async () => {
    await house.hold([
      { host: "lis01", user: "ann", src_ip: "10.0.0.7" },
      { host: "lis01", user: "bob", dst_ip: "10.0.0.7", time: testNow - 86_400_000 },
      { host: "other", user: "ann" },
    ]);
    const answer = await house.as("reader")("GET", "pivot/address/10.0.0.7");
    const { took: _, range: __, ...known } = (await answer.json()) as Record<string, unknown>;
    assert.deepEqual(known, {
      field: "address",
      value: "10.0.0.7",
      count: 2,
      first: new Date(testNow - 86_400_000).toISOString(),
      last: new Date(testNow).toISOString(),
      days: [
        { day: "2026-01-30", count: 1 },
        { day: "2026-01-31", count: 1 },
      ],
      related: {
        host: [{ value: "lis01", count: 2 }],
        user: known["related"] && (known["related"] as { user: unknown }).user,
      },
      findings: [],
      search: 'ip="10.0.0.7"',
    });
  });

  async function streamed(body: object): Promise<Streamed[]> {
    const answer = await house.as("reader")("POST", "search/stream", body);
    assert.equal(answer.status, 200);
    return (await answer.text())
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Streamed);
  }
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
