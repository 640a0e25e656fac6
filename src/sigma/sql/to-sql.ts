import type { Expr, FieldTest, KeywordTest } from "../plan.ts";
import { everyTextSql, type FieldSql, fieldSql, leafSql } from "./field-sql.ts";
import { likeSql } from "./like-sql.ts";
import { withAliases } from "./shared-sql.ts";
import type { SqlTable } from "./sql-table.ts";
import { join, layOut, type Sql } from "./sql-text.ts";
import { cidrSql, compareSql, fieldRefSql, regexSql, timeSql } from "./value-sql.ts";

/**
 * A plan as a boolean ClickHouse expression over a table of stored events (`storedEvent`): true for exactly the events
 * for which `evaluate` is. It never throws on a row's content. Its length is linear in the plan's; lists of values
 * become one call each. Throws a RangeError for a field that lies deeper than events are stored (`pathReach`).
 */
export function toSql(expr: Expr, table: SqlTable): string {
  return withAliases(unsettledSql(expr, table));
}

/** The same expression, one part per line. */
export function toReadableSql(expr: Expr, table: SqlTable): string {
  return withAliases(unsettledSql(expr, table, ""));
}

/** With `shared` parts still marked: for a greater expression that may have parts in common with it. */
export function unsettledSql(expr: Expr, table: SqlTable, indent?: string): string {
  return layOut(partSql(expr, table), indent);
}

function partSql(expr: Expr, table: SqlTable): Sql {
  switch (expr.kind) {
    case "constant":
      return String(expr.value);
    case "not":
      return { not: partSql(expr.of, table) };
    case "and":
      return expr.of.length === 0
        ? "true"
        : join(
            "AND",
            expr.of.map((part) => partSql(part, table)),
          );
    case "or":
      return anySql(expr.of, table);
    case "field":
    case "keyword":
      return anySql([expr], table);
  }
}

/** Tests of one field, each by itself enough, are asked together. */
function anySql(alternatives: readonly Expr[], table: SqlTable): Sql {
  const fields = new Map<string, FieldTest[]>();
  const keywords: KeywordTest[] = [];
  const parts: Sql[] = [];
  for (const one of flatOr(alternatives)) {
    if (one.kind === "keyword") keywords.push(one);
    else if (one.kind === "field") {
      const known = fields.get(one.field);
      if (known === undefined) fields.set(one.field, [one]);
      else known.push(one);
    } else parts.push(partSql(one, table));
  }
  for (const [field, tests] of fields) parts.push(...testsSql(tests, fieldSql(field, table), table));
  if (keywords.length > 0) {
    // Leaves are costly to tell from containers; few events have a keyword at all, and AND stops at those that have none.
    const asked = [everyTextSql(table.columns), leafSql(table.columns)];
    parts.push(
      join(
        "AND",
        asked.map((values) => keywordSql(keywords, values)),
      ),
    );
  }
  return parts.length === 0 ? "false" : join("OR", parts);
}

function keywordSql(keywords: readonly KeywordTest[], values: string): Sql {
  const parts = likeSql(only(keywords, "like"), values, true);
  const regexes = only(keywords, "regex");
  if (regexes.length > 0) parts.push(regexSql(regexes, values));
  return join("OR", parts);
}

function flatOr(alternatives: readonly Expr[]): readonly Expr[] {
  return alternatives.flatMap((one) => (one.kind === "or" ? flatOr(one.of) : [one]));
}

function testsSql(tests: readonly FieldTest[], field: FieldSql, table: SqlTable): Sql[] {
  const parts: Sql[] = likeSql(only(tests, "like"), field.texts, false);
  const regexes = only(tests, "regex");
  if (regexes.length > 0) parts.push(regexSql(regexes, field.texts));
  const networks = only(tests, "cidr");
  if (networks.length > 0) parts.push(cidrSql(networks, field));
  const bounds = only(tests, "compare");
  if (bounds.length > 0) parts.push(compareSql(bounds, field));
  for (const test of only(tests, "time")) parts.push(timeSql(test, field));
  for (const test of only(tests, "fieldref")) parts.push(fieldRefSql(test, field, fieldSql(test.field, table)));
  if (only(tests, "exists").length > 0) parts.push(field.exists);
  if (only(tests, "absent").length > 0) parts.push({ not: field.exists });
  return parts;
}

function only<Tests extends FieldTest | KeywordTest, Op extends Tests["test"]["op"]>(
  tests: readonly Tests[],
  op: Op,
): Extract<Tests["test"], { op: Op }>[] {
  return tests.flatMap(({ test }) => (test.op === op ? [test as Extract<Tests["test"], { op: Op }>] : []));
}
