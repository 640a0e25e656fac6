import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { unknownKind } from "../event.ts";
import { evaluate } from "../match/evaluate.ts";
import { eventColumns } from "./sql-table.ts";
import { type ClickHouse, startClickHouse } from "./testing/clickhouse.ts";
import { batches } from "./testing/near-misses.ts";
import { toSql } from "./to-sql.ts";

/** More for a long search: `MERIDIAN_SQL_RUNS=5000`. */
const numRuns = Number(process.env["MERIDIAN_SQL_RUNS"] ?? 60);

const started = await startClickHouse();
const skip = "missing" in started ? `NOT CHECKED, this platform has no embedded ClickHouse: ${started.missing}` : false;
const clickhouse = started as ClickHouse;
after(async () => {
  if (skip === false) await clickhouse[Symbol.asyncDispose]();
});
void before;

test("a plan means the same in ClickHouse as in the reference, whatever the event", { skip }, async () => {
  await fc.assert(
    fc.asyncProperty(batches, async ({ layout, bodies, plans }) => {
      await clickhouse.store("near_misses", bodies);
      const columns = plans.map((plan) => toSql(plan, { columns: eventColumns, layout }));
      const text = await clickhouse.query(
        `SELECT ${columns.map((sql, i) => `toUInt8(${sql}) AS r${i}`).join(", ")} FROM near_misses ORDER BY n`,
      );
      const rows = text
        .trim()
        .split("\n")
        .map((line) => line.split("\t"));
      for (const [n, body] of bodies.entries()) {
        for (const [i, plan] of plans.entries()) {
          const expected = evaluate(plan, { kind: { ...unknownKind, layout }, body });
          if ((rows[n]?.[i] === "1") !== expected)
            assert.fail(`reference ${expected}: ${JSON.stringify({ plan, body })}\n${columns[i]}`);
        }
      }
    }),
    { numRuns },
  );
});
