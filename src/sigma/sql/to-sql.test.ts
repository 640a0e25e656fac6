import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import { flatLayout, type Json, unknownKind } from "../event.ts";
import { evaluate } from "../match/evaluate.ts";
import { regexReach } from "../match/regex.ts";
import { ANY, type Expr, ONE, type Origin, type Pattern } from "../plan.ts";
import { eventColumns, hotColumnDefinition } from "./sql-table.ts";
import { sqlString } from "./sql-text.ts";
import { pathReach, storedEvent, storedText } from "./stored-event.ts";
import { type ClickHouse, startClickHouse } from "./testing/clickhouse.ts";
import { type Batch, batches, readings } from "./testing/near-misses.ts";
import { eventText } from "./testing/texts.ts";
import { toSql } from "./to-sql.ts";

/** For a long search: `MERIDIAN_SQL_RUNS=5000`. */
const runs = Number(process.env["MERIDIAN_SQL_RUNS"] ?? 100);

const started = await startClickHouse();
const skip = "missing" in started ? `NOT CHECKED, this platform has no embedded ClickHouse: ${started.missing}` : false;
const clickhouse = started as ClickHouse;
after(async () => {
  if (skip === false) await clickhouse[Symbol.asyncDispose]();
});

test("a plan means the same in ClickHouse as in the reference, whatever the event", { skip }, async () => {
  await fc.assert(
    fc.asyncProperty(batches, (batch) => bothAgree(batch)),
    { numRuns: runs },
  );
});

test("addresses, times and numbers are read alike in ClickHouse and in the reference", { skip }, async () => {
  await fc.assert(
    fc.asyncProperty(readings, (batch) => bothAgree(batch)),
    { numRuns: Math.ceil(runs / 4) },
  );
});

test("hot columns change where values are read, never what is found", { skip }, async () => {
  await fc.assert(
    fc.asyncProperty(batches, (batch) => bothAgree(batch, ["a", "b", "a\\.b", "a.b", "\\_", "c"])),
    { numRuns: Math.ceil(runs / 4) },
  );
});

test("a literal means its own text, whatever characters it has", { skip }, async () => {
  const texts = fc.array(fc.oneof(eventText, fc.string({ unit: "binary" }), fc.string({ unit: "binary-ascii" })), {
    maxLength: 300,
  });
  await fc.assert(
    fc.asyncProperty(texts, async (all) => {
      const hex = await clickhouse.query(
        `SELECT ${["''", ...all.map(sqlString)].map((sql) => `hex(${sql})`).join(", ")}`,
      );
      const expected = ["", ...all].map((text) => Buffer.from(storedText(text)).toString("hex").toUpperCase());
      assert.deepEqual(hex.replace(/\n$/, "").split("\t"), expected);
    }),
    { numRuns: Math.ceil(runs / 4) },
  );
});

test("lists of many values, beyond ASCII too, are found like one by one", { skip }, async () => {
  const values = Array.from({ length: 700 }, (_, i) => `K\\Żółw-${i}.exe`.slice(i % 3 === 0 ? 2 : 0));
  const asks = (wrap: (value: string) => Pattern, some: readonly string[]): Expr => ({
    kind: "or",
    of: some.map((value) => ({
      kind: "field",
      field: "a",
      test: { op: "like", pattern: wrap(value), cased: false },
      origin,
    })),
  });
  const wraps: ((value: string) => Pattern)[] = [
    (value) => [value],
    (value) => [ANY, value, ANY],
    (value) => [value, ANY],
    (value) => [ANY, value],
    (value) => [value.slice(0, 3), ONE, ANY, value.slice(5)],
  ];
  const plain = values.map((value) => value.normalize("NFD").replace(/[^\0-\x7f]/g, "x"));
  const near = [...values.slice(0, 40), ...plain.slice(300, 340), "ŻÓŁW-1.EXE", "\u212a\\żÓłW-1.eXe"].flatMap(
    (value) => [value, `${value}x`, `x${value.toUpperCase()}`],
  );
  await bothAgree({
    layout: flatLayout,
    bodies: near.map((a) => ({ a })),
    plans: wraps.flatMap((wrap) => [asks(wrap, values), asks(wrap, plain)]),
  });
});

test("an expression sees as much of a long value as in the reference", { skip }, async () => {
  const fill = (unit: string, length: number): string => unit.repeat(length / unit.length);
  const ends = ["x", "éx", "😀x"].flatMap((end) =>
    [regexReach - 3, regexReach - 2, regexReach - 1, regexReach].flatMap((length) => [
      fill("a", length) + end,
      `${fill("é", length)}${end}`,
      fill("😀", length) + end,
    ]),
  );
  const regex = (source: string): Expr => ({
    kind: "field",
    field: "a",
    test: { op: "regex", source, ignoreCase: false, multiline: false, dotAll: true },
    origin,
  });
  await bothAgree({
    layout: flatLayout,
    bodies: ends.map((a) => ({ a })),
    plans: ["x", "a$", "é$", "x$", "^a+.$", "😀x$", "[^a]$"].map(regex),
  });
});

test("events that nest without end are kept within bounds, and keywords still see their leaves", { skip }, async () => {
  let deep: Json = "needle";
  for (let i = 0; i < 3000; i++) deep = i % 3 === 0 ? [deep, i] : { key: deep, [`${i}`.repeat(100)]: i };
  const body = { deep, ["long".repeat(1000)]: { a: "other" } };
  const size = JSON.stringify(storedEvent(body)).length;
  assert.ok(size < 2 * pathReach.steps * JSON.stringify(body).length, `${size} characters`);
  const keyword = (text: string): Expr => ({
    kind: "keyword",
    test: { op: "like", pattern: [text], cased: false },
    origin,
  });
  await bothAgree({
    layout: flatLayout,
    bodies: [body, {}],
    plans: [keyword("needle"), keyword("other"), keyword("2999"), keyword("none")],
  });
  const tooDeep = { columns: eventColumns, layout: flatLayout };
  assert.throws(
    () => toSql({ kind: "field", field: "a.".repeat(40), test: { op: "exists" }, origin }, tooDeep),
    RangeError,
  );
});

const origin: Origin = { selection: "selection", key: "field", value: "value", line: 1, column: 1 };

async function bothAgree({ layout, bodies, plans }: Batch, hotPaths: readonly string[] = []): Promise<void> {
  const hot = new Map(hotPaths.map((path, i) => [path, `hot${i}`]));
  await clickhouse.store(
    "near_misses",
    bodies.map((body) => ({ body })),
    [...hot].map(([path, column]) => hotColumnDefinition(column, path)),
  );
  const asked = plans.map((plan) => toSql(plan, { columns: { ...eventColumns, hot }, layout }));
  const columns = asked.map((sql, i) => `toUInt8(${sql}) AS r${i}`).join(", ");
  const text = await clickhouse.query(`SELECT ${columns} FROM near_misses ORDER BY n`);
  const rows = text
    .trim()
    .split("\n")
    .map((line) => line.split("\t"));
  for (const [n, body] of bodies.entries()) {
    for (const [i, plan] of plans.entries()) {
      const expected = evaluate(plan, { kind: { ...unknownKind, layout }, body });
      if ((rows[n]?.[i] === "1") !== expected)
        assert.fail(`the reference says ${expected}: ${JSON.stringify({ plan, body })}\n${asked[i]}`);
    }
  }
}
