import { fail, ok, type Result } from "#kernel";
import type { Found, FoundEvent, FoundFinding } from "./contract.ts";
import type { Lookup, QueryProblem } from "./language/ast.ts";
import { type CompiledRows, type CompiledTable, compileQuery } from "./language/compile-query.ts";
import { idColumn } from "./language/stage.ts";
import { newestFirst } from "./newest-first.ts";
import { type PageEnd, readCursor, spellCursor } from "./page-cursor.ts";
import type { Question } from "./question.ts";
import type { QueryRunner } from "./query-runner.ts";
import { refuse } from "../refusals.ts";
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
  const { value } = compiled;
  if (value.kind === "table") return ok({ table: await findTable(runner, value, asked.signal) });
  if (value.paged) return ok(await findNewest(runner, question, asked));
  if (asked.cursor !== undefined) throw refuse("cursor-unreadable");
  const rows = await rowsOf(runner, value, asked.limit, asked.signal);
  return ok(named(value.lookup, rows));
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

/** Rows of a search without steps: window for window until the page is full. */
async function findNewest(
  runner: QueryRunner,
  question: Question,
  { limit, cursor, signal }: PageAsked,
): Promise<Omit<Found, "took" | "range">> {
  const after = cursor === undefined ? undefined : readCursor(cursor);
  if (cursor !== undefined && !after) throw refuse("cursor-unreadable");
  const to = after ? Math.min(question.to, after.time + 1) : question.to;
  const rows: Row[] = [];
  for (const window of newestFirst({ from: question.from, to })) {
    const compiled = compileQuery(question.query, { ...question, ...window });
    if (!compiled.ok || compiled.value.kind !== "rows") throw new Error("a search is one in each of its windows");
    rows.push(...(await rowsOf(runner, compiled.value, limit + 1 - rows.length, signal, after)));
    if (rows.length > limit) break;
  }
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const more = rows.length > limit;
  return {
    ...named(question.query.in, page),
    ...(more || after ? {} : { total: page.length }),
    ...(more && last ? { cursor: spellCursor({ time: Date.parse(last.time), id: idOf(last) }) } : {}),
  };
}

/** The first rows in a search's order, of those after the end of a page. */
export async function rowsOf(
  runner: QueryRunner,
  { lookup, from, where, order, parameters }: CompiledRows,
  limit: number,
  signal: AbortSignal,
  after?: PageEnd,
): Promise<Row[]> {
  const beyond = after
    ? ` AND (time < ${parameters.time(after.time)} OR ${idColumn[lookup]} < ${parameters.text(after.id)})`
    : "";
  const sql = `SELECT ${columnsSql(lookup)} FROM ${from} WHERE ${where}${beyond}${order} LIMIT ${parameters.whole(limit)}`;
  return runner.rows<Row>({ sql, parameters: parameters.values, rowsGiven: limit, signal });
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
