import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import { unknownKind } from "../event.ts";
import { evaluate } from "../match/evaluate.ts";
import { eventColumns } from "./sql-table.ts";
import { type ClickHouse, startClickHouse } from "./testing/clickhouse.ts";
import { type Batch, batches, readings } from "./testing/near-misses.ts";
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
  await fc.assert(fc.asyncProperty(batches, bothAgree), { numRuns: runs });
});

test("addresses, times and numbers are read alike in ClickHouse and in the reference", { skip }, async () => {
  await fc.assert(fc.asyncProperty(readings, bothAgree), { numRuns: Math.ceil(runs / 4) });
});

async function bothAgree({ layout, bodies, plans }: Batch): Promise<void> {
  await clickhouse.store(
    "near_misses",
    bodies.map((body) => ({ body })),
  );
  const asked = plans.map((plan) => toSql(plan, { columns: eventColumns, layout }));
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
