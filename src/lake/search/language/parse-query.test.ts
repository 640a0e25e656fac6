import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { queryBounds, type Term } from "./ast.ts";
import { compileQuery } from "./compile-query.ts";
import { parseQuery } from "./parse-query.ts";
import { printQuery } from "./print-query.ts";
import { queries } from "./testing/queries.ts";

const times = { from: 0, to: 1, now: 0 };

/** Bytes that somebody hopes to see in SQL. */
const hostile = fc.constantFrom(
  "'",
  "';--",
  "\\'",
  "') OR 1=1 --",
  "{q0:String}",
  "`",
  "\"'",
  "*/",
  "/*",
  "\u0000",
  "');DROP TABLE events",
  "%",
  "_",
  "\\",
  "\\\\",
  "$$",
  "{",
  "}",
  "(?",
  "[",
  "a{1000}",
  "’",
  "\ud83d\ude00",
);
const pieces = fc.oneof(
  hostile,
  fc.constantFrom(
    ...'host : = ( ) | and or not - " / [ ] TO * ? > < >= != stats count by sort timechart where head 5 dc( @" in:findings time:-1h , as'.split(
      " ",
    ),
    " ",
  ),
  fc.string({ unit: "binary", maxLength: 6 }),
);
const texts = fc.array(pieces, { maxLength: 24 }).map((some) => some.join(""));

test("whatever the text, it is read or told what is wrong at a place within it, and what was read can be printed", () =>
  fc.assert(
    fc.property(texts, (text) => {
      const read = parseQuery(text);
      if (!read.ok) return assert.ok(read.error.at >= 0 && read.error.at <= text.length && read.error.says !== "");
      const again = parseQuery(printQuery(read.value));
      assert.ok(again.ok, printQuery(read.value));
    }),
    { numRuns: 3_000 },
  ));

test("nothing of a search's text is in its SQL: all of it is in the parameters", () =>
  fc.assert(
    fc.property(queries(), hostile, fc.stringMatching(/^zq[a-z]{6}$/), (query, bad, mark) => {
      const outside = new Set(["field", "name", "as", "0", "1", "2", "3"]);
      const marked = JSON.parse(JSON.stringify(query), (key, value: unknown) =>
        typeof value === "string" && outside.has(key) ? mark + bad.replaceAll("\u0000", "") + value : value,
      ) as typeof query;
      const compiled = compileQuery(marked, times);
      if (!compiled.ok) return;
      const { value } = compiled;
      const sql = value.kind === "table" ? value.sql : `${value.from} ${value.where} ${value.order}`;
      assert.ok(!sql.includes(mark), sql);
    }),
    { numRuns: 2_000 },
  ));

test("a search past its bounds is refused: length, depth, words, steps", () => {
  for (const text of [
    "a ".repeat(queryBounds.length),
    "(".repeat(queryBounds.depth + 1),
    "not ".repeat(queryBounds.depth + 1),
    "host:(".repeat(queryBounds.depth + 1),
    "a ".repeat(queryBounds.terms + 1),
    `host:(${"a or ".repeat(queryBounds.terms)} a)`,
    "| head 1".repeat(queryBounds.pipes + 1),
    `host:/${"a".repeat(queryBounds.regex + 1)}/`,
    `${"a".repeat(300)}:x`,
  ]) {
    const read = parseQuery(text);
    assert.ok(!read.ok && read.error.code === "too-large", text.slice(0, 40));
  }
});

test("what people write is read as they mean it", () => {
  for (const [text, wanted] of [
    ["http://x/y", '"http://x/y"'],
    ["C:\\Windows\\*", '"C:\\\\Windows\\*"'],
    ["fe80::1", '"fe80::1"'],
    ["aa:bb:cc:dd:ee:ff", '"aa:bb:cc:dd:ee:ff"'],
    ['host:lis01-* cmd:"curl *|* sh"', 'host:"lis01-*" cmd:"curl *|* sh"'],
    ["a b or c", '"a" "b" or "c"'],
    ["a AND (b OR NOT c)", '"a" ("b" or not "c")'],
    ["-user:root", 'not user:"root"'],
    ["user!=root", 'not user="root"'],
    ["port:(22 or 80)", 'port:"22" or port:"80"'],
    ["dst_port > 1024", 'dst_port>"1024"'],
    ["severity:>=high", 'severity>="high"'],
    ["file:/etc/passwd", 'file:"/etc/passwd"'],
    ["file:/^\\/etc\\//", "file:/^\\/etc\\//"],
    ["time:[-24h TO now]", "time:[-24h TO now]"],
    ["in:findings level>=high", 'in:findings level>="high"'],
    ["x | top 5 user | where count > 3", '"x" | top 5 user | where count>"3"'],
    ["| timechart 1h count by host", "| timechart 3600000ms count by host"],
    [
      "| stats count dc(user) as users by host, site | sort -users",
      "| stats count, dc(user) as users by host, site | sort -users",
    ],
  ] as const) {
    const read = parseQuery(text);
    assert.equal(read.ok && printQuery(read.value), wanted, text);
  }
});

test("`and` binds stronger than `or`, `not` stronger than both", () => {
  const shape = (term: Term): unknown =>
    term.is === "and" || term.is === "or"
      ? [term.is, ...term.of.map(shape)]
      : term.is === "not"
        ? ["not", shape(term.of)]
        : term.is === "text"
          ? term.glob[0]
          : term.is;
  const read = parseQuery("not a b or c and d");
  assert.deepEqual(read.ok && shape(read.value.where), ["or", ["and", ["not", "a"], "b"], ["and", "c", "d"]]);
});
