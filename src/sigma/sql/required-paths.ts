import type { Expr } from "../plan.ts";
import { fieldSql } from "./field-sql.ts";
import type { SqlTable } from "./sql-table.ts";

/**
 * What a plan cannot hold without: of each list, one path at least must have a value. Only what follows from the plan's
 * own tests, so that asking it first excludes nothing that the plan would let through.
 */
export function requiredPaths(expr: Expr, table: SqlTable): readonly (readonly string[])[] {
  switch (expr.kind) {
    case "constant":
    case "keyword":
    case "not":
      return [];
    case "and":
      return distinct(expr.of.flatMap((part) => requiredPaths(part, table)));
    case "or": {
      // One list that covers every branch: from each, its shortest.
      const branches = expr.of.map((part) => requiredPaths(part, table));
      if (branches.length === 0 || branches.some((lists) => lists.length === 0)) return [];
      const first = distinct(branches[0]!).filter((list) =>
        branches.every((lists) => lists.some((one) => same(one, list))),
      );
      if (first.length > 0) return first;
      const union = new Set(branches.flatMap((lists) => lists.reduce((a, b) => (b.length < a.length ? b : a))));
      return union.size <= widest ? [[...union]] : [];
    }
    case "field": {
      if (expr.test.op === "absent") return [];
      const { among } = fieldSql(expr.field, table);
      return among === undefined || among.length === 0 ? [] : [among];
    }
  }
}

/** Beyond this a list excludes too little to be worth asking. */
const widest = 16;

function distinct(lists: readonly (readonly string[])[]): (readonly string[])[] {
  return lists.filter((list, i) => lists.findIndex((other) => same(other, list)) === i);
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((path, i) => path === b[i]);
}
