import type { Expr } from "../plan.ts";

/** Joins of one part are that part. */
export function and(of: readonly Expr[]): Expr {
  return of.length === 1 ? of[0]! : { kind: "and", of };
}

export function or(of: readonly Expr[]): Expr {
  return of.length === 1 ? of[0]! : { kind: "or", of };
}

export function not(of: Expr): Expr {
  return of.kind === "not" ? of.of : { kind: "not", of };
}

/** Tests and joins in the expression, as they count once it is written out as JSON. */
export function weightOf(expr: Expr): number {
  switch (expr.kind) {
    case "and":
    case "or":
      return expr.of.reduce((sum, part) => sum + weightOf(part), 1);
    case "not":
      return 1 + weightOf(expr.of);
    default:
      return 1;
  }
}
