import { fail, ok, type Result } from "#kernel";
import type { QueryParameters } from "#platform";
import type { Lookup, Query, QueryProblem } from "./ast.ts";
import { compilePipes } from "./compile-pipes.ts";
import { compileTerm } from "./compile-terms.ts";
import type { FieldKind } from "./fields.ts";
import { Parameters } from "./parameters.ts";
import { orderSql, type Stage, tableStage } from "./stage.ts";
import { Unusable } from "./unusable.ts";

export interface CompileOptions {
  /** Milliseconds since 1970; `from` included, `to` not. */
  readonly from: number;
  readonly to: number;
  readonly now: number;
  /** How many rows at most a table of results has. */
  readonly most?: number;
}

/** SQL of a search's rows, and what a page of them is made of. */
export interface CompiledRows {
  readonly kind: "rows";
  readonly lookup: Lookup;
  /** A table, or a subquery in parentheses. */
  readonly from: string;
  /** A condition. */
  readonly where: string;
  /** Newest first and endless, so that pages can go on: no step has reordered or cut the rows. */
  readonly paged: boolean;
  /** ` ORDER BY …`. */
  readonly order: string;
  readonly parameters: Parameters;
}

/** SQL of what a search's steps make of rows, and its columns by name and title. */
export interface CompiledTable {
  readonly kind: "table";
  readonly lookup: Lookup;
  readonly columns: readonly { readonly sql: string; readonly title: string; readonly kind: FieldKind }[];
  readonly sql: string;
  readonly parameters: QueryParameters;
}

export type Compiled = CompiledRows | CompiledTable;

/** ClickHouse SQL for a search. All that came from outside is in the parameters. Never throws for a search's fault. */
export function compileQuery(query: Query, options: CompileOptions): Result<Compiled, QueryProblem> {
  const parameters = new Parameters();
  const { from, to, now, most = 10_000 } = options;
  try {
    const table = tableStage(query.in, parameters, now);
    const where = [
      `time >= ${parameters.time(from)}`,
      `time < ${parameters.time(to)}`,
      ...(query.where.is === "all" ? [] : [compileTerm(query.where, table.scope)]),
    ];
    const stage = compilePipes(query.pipes, { ...table, where }, { from, to });
    return ok(spell(stage, query.in, parameters, most));
  } catch (error) {
    if (error instanceof Unusable) return fail(error.problem);
    throw error;
  }
}

function spell(stage: Stage, lookup: Lookup, parameters: Parameters, most: number): Compiled {
  const where = stage.where.length === 0 ? "true" : stage.where.join(" AND ");
  const order = orderSql(stage.order);
  if (!stage.columns) return { kind: "rows", lookup, from: stage.from, where, paged: stage.paged, order, parameters };
  const columns = stage.columns.map(({ sql }) => sql).join(", ");
  return {
    kind: "table",
    lookup,
    columns: stage.columns.map(({ sql, title, kind }) => ({ sql, title, kind })),
    sql: `SELECT ${columns} FROM ${stage.from} WHERE ${where}${order} LIMIT ${most}`,
    parameters: parameters.values,
  };
}
