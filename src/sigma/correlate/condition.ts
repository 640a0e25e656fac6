import type { Bound, CorrelationRule, RuleExpr } from "../rule.ts";

/** What a window has to decide, with names resolved to rule ids. */
export type WindowCondition =
  | {
      readonly kind: "figure";
      readonly figure: "count" | "distinct" | "sum" | "average" | "percentile";
      readonly percentile: number;
      /** Observations that a window must be able to hold, or the condition could never be met. */
      readonly needs: number;
      holds(value: number): boolean;
      /** false: it can turn true only by a further event; true: it must wait for the end of the window. */
      readonly atEnd: boolean;
    }
  | {
      readonly kind: "rules";
      /** Asked of the ids of the rules that were seen. */
      holds(seen: ReadonlySet<string>): boolean;
      readonly atEnd: boolean;
      /** The rules whose observations are reported: those not under `not`, or all when each one is. */
      readonly positive: ReadonlySet<string>;
    }
  | { readonly kind: "ordered"; readonly stages: readonly string[] };

const figures = {
  event_count: "count",
  value_count: "distinct",
  value_sum: "sum",
  value_avg: "average",
  value_percentile: "percentile",
} as const;

export function compileCondition(
  rule: CorrelationRule,
  ruleIds: readonly string[],
  resolve: (name: string) => string,
): WindowCondition {
  const { condition, type } = rule;
  if (type === "temporal_ordered") return { kind: "ordered", stages: ruleIds };
  if (type === "temporal") {
    const all: RuleExpr = { kind: "and", of: ruleIds.map((id) => ({ kind: "rule", rule: id })) };
    const expr = condition.kind === "rules" ? condition.expr : all;
    const positive = new Set<string>();
    collectPositive(expr, true, resolve, positive);
    return {
      kind: "rules",
      holds: compileExpr(expr, resolve),
      atEnd: hasNot(expr),
      positive: positive.size > 0 ? positive : new Set(ruleIds),
    };
  }
  if (condition.kind !== "bounds") throw new Error(`${type} needs a numeric condition`);
  const { bounds } = condition;
  return {
    kind: "figure",
    figure: figures[type],
    percentile: condition.percentile ?? 50,
    needs: type === "event_count" || type === "value_count" ? Math.max(...bounds.map(({ number }) => number)) + 1 : 1,
    holds: (value) => bounds.every((bound) => within(bound, value)),
    atEnd: bounds.some((bound) => bound.is !== "gt" && bound.is !== "gte"),
  };
}

function within(bound: Bound, value: number): boolean {
  switch (bound.is) {
    case "eq":
      return value === bound.number;
    case "neq":
      return value !== bound.number;
    case "gt":
      return value > bound.number;
    case "gte":
      return value >= bound.number;
    case "lt":
      return value < bound.number;
    case "lte":
      return value <= bound.number;
  }
}

function compileExpr(expr: RuleExpr, resolve: (name: string) => string): (seen: ReadonlySet<string>) => boolean {
  switch (expr.kind) {
    case "and": {
      const parts = expr.of.map((part) => compileExpr(part, resolve));
      return (seen) => parts.every((part) => part(seen));
    }
    case "or": {
      const parts = expr.of.map((part) => compileExpr(part, resolve));
      return (seen) => parts.some((part) => part(seen));
    }
    case "not": {
      const part = compileExpr(expr.of, resolve);
      return (seen) => !part(seen);
    }
    case "rule": {
      const id = resolve(expr.rule);
      return (seen) => seen.has(id);
    }
  }
}

function hasNot(expr: RuleExpr): boolean {
  if (expr.kind === "not") return true;
  return expr.kind !== "rule" && expr.of.some(hasNot);
}

function collectPositive(
  expr: RuleExpr,
  positive: boolean,
  resolve: (name: string) => string,
  into: Set<string>,
): void {
  if (expr.kind === "rule") {
    if (positive) into.add(resolve(expr.rule));
  } else if (expr.kind === "not") collectPositive(expr.of, !positive, resolve, into);
  else for (const part of expr.of) collectPositive(part, positive, resolve, into);
}
