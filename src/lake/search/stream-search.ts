import { fail, ok, Refusal, type Result } from "#kernel";
import { z } from "zod";
import { eventSchema, findingSchema, tableSchema } from "./contract.ts";
import { findTable, named, rowsOf } from "./find-page.ts";
import type { QueryProblem } from "./language/ast.ts";
import { type CompiledRows, compileQuery } from "./language/compile-query.ts";
import { bucketSql, fittingSpan } from "./language/compile-pipes.ts";
import type { Question } from "./question.ts";
import type { QueryRunner } from "./query-runner.ts";

/** One line of the answer. */
export const streamedSchema = z.discriminatedUnion("is", [
  z.object({
    is: z.literal("rows"),
    events: z.array(eventSchema).optional(),
    findings: z.array(findingSchema).optional(),
  }),
  z.object({
    is: z.literal("bars"),
    span: z.int(),
    bars: z
      .array(z.object({ time: z.string(), count: z.int() }))
      .describe("To be added to those of the same time before."),
  }),
  z.object({ is: z.literal("table"), table: tableSchema }),
  z.object({
    is: z.literal("progress"),
    from: z.string().describe("Searched from here to the end."),
    share: z.number().describe("Of the whole time, 0 to 1."),
    rows: z.int().describe("Rows that were there to be searched, so far."),
    found: z.int(),
  }),
  z.object({ is: z.literal("error"), code: z.string(), says: z.string() }),
  z.object({ is: z.literal("end"), found: z.int(), took: z.int() }),
]);
export type Streamed = z.output<typeof streamedSchema>;

export interface StreamAsked {
  readonly limit: number;
  readonly bars: number;
  readonly signal: AbortSignal;
  readonly monotonic: () => number;
  /** In all, in milliseconds. */
  readonly time: number;
}

/**
 * A search in slices of its time, the newest first, each with its rows and counts as soon as they are there. Slices grow
 * while they are quick. Leaving the loop ends the query that runs.
 */
export function streamSearch(
  runner: QueryRunner,
  question: Question,
  asked: StreamAsked,
): Result<AsyncGenerator<Streamed, void, undefined>, QueryProblem> {
  const compiled = compileQuery(question.query, question);
  if (!compiled.ok) return fail(compiled.error);
  const { value } = compiled;
  return ok(
    told(async function* () {
      if (value.kind === "table") yield { is: "table", table: await findTable(runner, value, asked.signal) };
      else if (value.paged) return yield* slices(runner, question, asked);
      else {
        const rows = await rowsOf(runner, value, asked.limit, asked.signal);
        yield { is: "rows", ...named(value.lookup, rows) };
        return rows.length;
      }
      return 0;
    }, asked),
  );
}

/** Ends with what was found, or with what ended it: an answer that has begun cannot become a problem any more. */
async function* told(
  work: () => AsyncGenerator<Streamed, number, undefined>,
  { monotonic }: StreamAsked,
): AsyncGenerator<Streamed, void, undefined> {
  const began = monotonic();
  try {
    const found = yield* work();
    yield { is: "end", found, took: Math.round(monotonic() - began) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    yield { is: "error", code: error.code, says: error.message };
  }
}

/** Milliseconds that a slice should take, and of time that the first one covers. */
const wantedPace = 400;
const firstSlice = 600_000;

async function* slices(
  runner: QueryRunner,
  question: Question,
  { limit, bars, signal, monotonic, time }: StreamAsked,
): AsyncGenerator<Streamed, number, undefined> {
  const span = fittingSpan(Math.max(1, question.to - question.from), bars);
  const began = monotonic();
  let [end, width, found, given, rows] = [question.to, firstSlice, 0, 0, 0];
  while (end > question.from) {
    const start = Math.max(question.from, end - width);
    const sliceBegan = monotonic();
    const compiled = compileQuery(question.query, { ...question, from: start, to: end });
    if (!compiled.ok || compiled.value.kind !== "rows") throw new Error("a slice of a search is a search");
    if (given < limit) {
      const page = await rowsOf(runner, compiled.value, limit - given, signal);
      given += page.length;
      if (page.length > 0) yield { is: "rows", ...named(compiled.value.lookup, page) };
    }
    const counted = await barsOf(runner, compiled.value, span, signal);
    found += counted.reduce((sum, { count }) => sum + count, 0);
    if (counted.length > 0) yield { is: "bars", span, bars: counted };
    rows += await rowsBetween(runner, compiled.value.lookup, start, end, signal);
    yield {
      is: "progress",
      from: new Date(start).toISOString(),
      share: (question.to - start) / (question.to - question.from),
      rows,
      found,
    };
    if (monotonic() - began > time) {
      yield {
        is: "error",
        code: "lake/search-too-long",
        says: "The search's time is up; what came before this is complete.",
      };
      return found;
    }
    const took = Math.max(1, monotonic() - sliceBegan);
    width = Math.max(60_000, Math.round(width * Math.min(8, Math.max(0.25, wantedPace / took))));
    end = start;
  }
  return found;
}

async function barsOf(
  runner: QueryRunner,
  { from, where, parameters }: CompiledRows,
  span: number,
  signal: AbortSignal,
) {
  const sql = `SELECT ${bucketSql("time", span)} AS bar, count() AS n FROM ${from} WHERE ${where} GROUP BY bar ORDER BY bar DESC`;
  const rows = await runner.rows<{ bar: string; n: number }>({
    sql,
    parameters: parameters.values,
    rowsGiven: 10_000,
    signal,
  });
  return rows.map(({ bar, n }) => ({ time: bar, count: n }));
}

async function rowsBetween(
  runner: QueryRunner,
  lookup: string,
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<number> {
  const [row] = await runner.rows<{ n: number }>({
    sql: `SELECT count() AS n FROM ${lookup} WHERE time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`,
    parameters: { from, to },
    rowsGiven: 1,
    signal,
  });
  return row?.n ?? 0;
}
