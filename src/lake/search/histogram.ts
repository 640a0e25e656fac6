import { ok, type Result } from "#kernel";
import { z } from "zod";
import type { QueryProblem } from "./language/ast.ts";
import { bucketSql, fittingSpan } from "./language/compile-pipes.ts";
import { compileRows } from "./find-page.ts";
import type { Question } from "./question.ts";
import type { QueryRunner } from "./query-runner.ts";

export const histogramSchema = z.object({
  span: z.int().describe("Milliseconds that a bar is of; bars are counted from 1970."),
  bars: z.array(z.object({ time: z.string(), count: z.int() })).describe("In order of time, empty ones left out."),
  total: z.int(),
  took: z.int(),
});

/** How many rows a search finds in each span of its time. */
export async function histogram(
  runner: QueryRunner,
  question: Question,
  { bars, signal }: { readonly bars: number; readonly signal: AbortSignal },
): Promise<Result<Omit<z.output<typeof histogramSchema>, "took">, QueryProblem>> {
  const compiled = compileRows(question);
  if (!compiled.ok) return compiled;
  const { from, where, parameters } = compiled.value;
  const span = fittingSpan(Math.max(1, question.to - question.from), bars);
  const rows = await runner.rows<{ bar: string; n: number }>({
    sql: `SELECT ${bucketSql("time", span)} AS bar, count() AS n FROM ${from} WHERE ${where} GROUP BY bar ORDER BY bar`,
    parameters: parameters.values,
    rowsGiven: 2 * bars + 10,
    signal,
  });
  return ok({
    span,
    bars: rows.map(({ bar, n }) => ({ time: bar, count: n })),
    total: rows.reduce((sum, { n }) => sum + n, 0),
  });
}
