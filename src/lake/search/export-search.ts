import { named } from "./find-page.ts";
import type { Compiled } from "./language/compile-query.ts";
import { spellCsvLine } from "./csv.ts";
import { columnsSql } from "./row-columns.ts";
import type { QueryRunner } from "./query-runner.ts";
import { eventSchema, findingSchema } from "./contract.ts";

export type ExportFormat = "ndjson" | "csv";

/** What a search finds as a file, in pieces, at the reader's pace. */
export async function* exportSearch(
  runner: QueryRunner,
  compiled: Compiled,
  {
    format,
    limit,
    seconds,
    signal,
  }: { readonly format: ExportFormat; readonly limit: number; readonly seconds: number; readonly signal: AbortSignal },
): AsyncGenerator<string, void, undefined> {
  const titles = compiled.kind === "table" ? compiled.columns.map(({ title }) => title) : columnsOf(compiled.lookup);
  if (format === "csv") yield spellCsvLine(titles);
  const run =
    compiled.kind === "table"
      ? { sql: compiled.sql, parameters: compiled.parameters }
      : {
          sql: `SELECT ${columnsSql(compiled.lookup)} FROM ${compiled.from} WHERE ${compiled.where}${compiled.order} LIMIT ${compiled.parameters.whole(limit)}`,
          parameters: compiled.parameters.values,
        };
  for await (const batch of runner.stream<Record<string, unknown>>({ ...run, rowsGiven: limit, signal, seconds })) {
    const rows =
      compiled.kind === "table"
        ? batch.map((row) => Object.fromEntries(compiled.columns.map(({ sql, title }) => [title, row[sql]])))
        : batch;
    if (format === "csv")
      yield rows.map((row) => spellCsvLine(titles.map((title) => (row as Record<string, unknown>)[title]))).join("");
    else {
      const whole = compiled.kind === "table" ? rows : Object.values(named(compiled.lookup, rows))[0]!;
      yield whole.map((row) => `${JSON.stringify(row)}\n`).join("");
    }
  }
}

function columnsOf(lookup: Compiled["lookup"]): string[] {
  return Object.keys(lookup === "events" ? eventSchema.shape : findingSchema.shape);
}
