import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import type { Found } from "../contract.ts";
import { openSearch, type TestSearch, testNow } from "../testing/open-search.ts";
import { parseQuery } from "./parse-query.ts";
import { printQuery } from "./print-query.ts";
import { queries } from "./testing/queries.ts";

describe("the steps of a search", () => {
  let house: TestSearch;
  before(async () => {
    house = await openSearch();
    await house.hold(
      Array.from({ length: 24 }, (_, n) => ({
        time: testNow - 600_000 * n,
        host: ["a", "b", "c"][n % 3]!,
        user: n % 2 ? "ann" : "",
        dst_port: n,
        hash: n === 0 ? ["aa", "bb"] : [],
        severity: 1 + (n % 4),
        raw: JSON.stringify({ Size: n * 10, Deep: { Name: `n${n % 2}`, List: ["x", `y${n % 4}`] } }),
      })),
    );
  });
  after(async () => house?.[Symbol.asyncDispose]());

  const table = async (query: string) => {
    const answer = await house.as("reader")("POST", "search", { query });
    assert.equal(answer.status, 200, `${query}: ${await answer.clone().text()}`);
    const found = (await answer.json()) as Found;
    return found.table
      ? [found.table.columns.map(({ title }) => title), ...found.table.rows]
      : found.events?.map(({ dst_port: port }) => port ?? 0);
  };

  for (const [query, ...wanted] of [
    ["| stats count by host", ["host", "count"], ["a", 8], ["b", 8], ["c", 8]],
    [
      "| stats count, count(user), dc(host), min(dst_port), max(Size), avg(dst_port), sum(dst_port)",
      ["count", "count(user)", "dc(host)", "min(dst_port)", "max(Size)", "avg(dst_port)", "sum(dst_port)"],
      [24, 12, 3, 0, 230, 11.5, 276],
    ],
    [
      "| stats values(host) as hosts, values(hash), first(dst_port), last(dst_port)",
      ["hosts", "values(hash)", "first(dst_port)", "last(dst_port)"],
      [["a", "b", "c"], ["aa", "bb"], 23, 0],
    ],
    ["| stats count by Deep.Name, user", ["Deep.Name", "user", "count"], ["n0", "", 12], ["n1", "ann", 12]],
    ["hash:* | stats count by hash", ["hash", "count"], ["aa", 1], ["bb", 1]],
    ["| stats count by host | where count > 8", ["host", "count"]],
    ["| stats sum(dst_port) as s by host | where s>90 host:(b or c) | sort -s | head 1", ["host", "s"], ["c", 100]],
    [
      "| stats count by host, user | stats sum(count) as n, count by user",
      ["user", "n", "count"],
      ["", 12, 3],
      ["ann", 12, 3],
    ],
    ["| top 2 severity", ["severity", "count", "percent"], [1, 6, 25], [2, 6, 25]],
    ["dst_port<5 | rare 1 host", ["host", "count", "percent"], ["c", 1, 20]],
    ["dst_port<3 | fields host, dst_port", ["host", "dst_port"], ["a", 0], ["b", 1], ["c", 2]],
    [
      "| fields host, dst_port | sort dst_port | where dst_port>20 | head 2",
      ["host", "dst_port"],
      ["a", 21],
      ["b", 22],
    ],
    ["| dedup host | fields host, dst_port", ["host", "dst_port"], ["a", 0], ["b", 1], ["c", 2]],
    [
      "| timechart 2h sum(dst_port)",
      ["time", "sum(dst_port)"],
      ["2026-01-31T08:00:00.000Z", 198],
      ["2026-01-31T10:00:00.000Z", 78],
      ["2026-01-31T12:00:00.000Z", 0],
    ],
    [
      "dst_port:(0 or 1) | timechart 1d count by host",
      ["time", "host", "count"],
      ["2026-01-31T00:00:00.000Z", "a", 1],
      ["2026-01-31T00:00:00.000Z", "b", 1],
    ],
  ] as [string, ...unknown[]][])
    test(query, async () => assert.deepEqual(await table(query), wanted));

  test("rows stay rows while steps only choose among them", async () => {
    assert.deepEqual(await table("| sort dst_port | head 3"), [0, 1, 2]);
    assert.deepEqual(await table("| head 10 | sort -dst_port | head 2 | where dst_port<9"), [8]);
    assert.deepEqual(await table("| dedup host"), [0, 1, 2]);
    assert.deepEqual(await table("| head 6 | where Deep.List:y1 x"), [1, 5]);
  });

  test("every example of the documents can be carried out", async () => {
    const text = await readFile(new URL("../../../../docs/search.md", import.meta.url), "utf8");
    const [, section = ""] = /## By example\n(.*?)\nWords stand/s.exec(text) ?? [];
    for (const [, example = ""] of section.matchAll(/`([^`]+)`/g)) {
      const query = example.replaceAll("\\|", "|");
      if (parseQuery(query).ok) await table(query);
    }
  });

  test("a regular expression that only our own reader can read is told to be wrong", async () => {
    for (const query of ["cmd:/(?:a{1000}){1000}/", "cmd:/\\p{Foo}/", "cmd:/(?<!a)b/", "cmd:/[z-a]/"])
      assert.equal((await house.as("reader")("POST", "search", { query })).status, 422, query);
  });

  test("whatever can be read is answered or told to be wrong: no fault, and nothing that the engine refuses", () =>
    fc.assert(
      fc.asyncProperty(queries(), async (query) => {
        const answer = await house.as("reader")("POST", "search", { query: printQuery(query) });
        assert.ok(answer.status === 200 || answer.status === 422, `${printQuery(query)}: ${await answer.text()}`);
      }),
      { numRuns: Number(process.env["RUNS"] ?? 150) },
    ));
});
