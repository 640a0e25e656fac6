import { fail, ok, type Result } from "#kernel";
import type { Found, FoundEvent, FoundFinding } from "./contract.ts";
import type { Lookup, QueryProblem } from "./language/ast.ts";
import { type CompiledRows, type CompiledTable, compileQuery } from "./language/compile-query.ts";
import { idColumn } from "./language/stage.ts";
import { readCursor, spellCursor } from "./page-cursor.ts";
import type { Question } from "./question.ts";
import type { QueryRunner } from "./query-runner.ts";
import { refuse } from "./refusals.ts";
import { columnsSql, withoutEmpty } from "./row-columns.ts";

export interface PageAsked {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly signal: AbortSignal;
}

/** A page of what a search finds, or the table that its steps make. */
export async function findPage(
  runner: QueryRunner,
  question: Question,
  asked: PageAsked,
): Promise<Result<Omit<Found, "took" | "range">, QueryProblem>> {
  const compiled = compileQuery(question.query, question);
  if (!compiled.ok) return compiled;
  if (compiled.value.kind === "table") return ok({ table: await findTable(runner, compiled.value, asked.signal) });
  return ok(await findRows(runner, compiled.value, asked));
}

export async function findTable(
  runner: QueryRunner,
  { sql, parameters, columns }: CompiledTable,
  signal: AbortSignal,
): Promise<NonNullable<Found["table"]>> {
  const rows = await runner.rows<Record<string, unknown>>({ sql, parameters, rowsGiven: mostTableRows, signal });
  return {
    columns: columns.map(({ title, kind }) => ({ title, kind })),
    rows: rows.map((row) => columns.map(({ sql: name }) => row[name])),
  };
}

const mostTableRows = 100_000;

type Row = (FoundEvent | FoundFinding) & { readonly time: string };

async function findRows(
  runner: QueryRunner,
  compiled: CompiledRows,
  { limit, cursor, signal }: PageAsked,
): Promise<Omit<Found, "took" | "range">> {
  const { lookup, paged, parameters } = compiled;
  const after = cursor === undefined ? undefined : readCursor(cursor);
  if (cursor !== undefined && (!after || !paged)) throw refuse("cursor-unreadable");
  const id = idColumn[lookup];
  const beyond = after
    ? ` AND time <= ${parameters.time(after.time)} AND (time < ${parameters.time(after.time)} OR ${id} < ${parameters.text(after.id)})`
    : "";
  const sql = `SELECT ${columnsSql(lookup)} FROM ${compiled.from} WHERE ${compiled.where}${beyond}${compiled.order} LIMIT ${parameters.whole(limit + 1)}`;
  const rows = await runner.rows<Row>({ sql, parameters: parameters.values, rowsGiven: limit + 1, signal });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const more = rows.length > limit;
  return {
    ...named(lookup, page),
    ...(more || cursor !== undefined ? {} : { total: page.length }),
    ...(more && paged && last ? { cursor: spellCursor({ time: Date.parse(last.time), id: idOf(last) }) } : {}),
  };
}

export function named(lookup: Lookup, rows: readonly object[]): Pick<Found, "events" | "findings"> {
  const some = rows.map(withoutEmpty);
  return lookup === "events" ? { events: some as FoundEvent[] } : { findings: some as FoundFinding[] };
}

export function idOf(row: Row): string {
  return "uid" in row ? row.uid : row.id;
}

/** Compiled to rows of events or findings, or the refusal that says that only these will do. */
export function compileRows(question: Question): Result<CompiledRows, QueryProblem> {
  const compiled = compileQuery(question.query, question);
  if (!compiled.ok) return compiled;
  if (compiled.value.kind === "rows") return ok(compiled.value);
  const { pipes } = question.query;
  const table = pipes.find(
    ({ is }) => is === "stats" || is === "timechart" || is === "top" || is === "rare" || is === "fields",
  );
  return fail({
    code: "value",
    at: table?.at ?? 0,
    length: table?.is.length ?? 0,
    says: "This takes a search that finds events, without steps that make a table.",
  });
}
