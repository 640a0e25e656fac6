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
      /** Without a `not`: can turn true only by a further event. */
      readonly kind: "rules";
      /** Asked of the ids of the rules that were seen. */
      holds(seen: ReadonlySet<string>): boolean;
      /** All of its rules. */
      readonly positive: ReadonlySet<string>;
    }
  | {
      /** With a `not`: judged when the time is over. */
      readonly kind: "absence";
      /** `seen`: in the window; `around`: of those under `not`, in the window or the timespan before it. */
      holds(seen: ReadonlySet<string>, around: ReadonlySet<string>): boolean;
      /** The rules at whose observations a window begins: those not under `not`, or all where none of these is needed. */
      readonly begins: ReadonlySet<string>;
      /** The rules whose observations are reported: those not under `not`, or all when each one is. */
      readonly positive: ReadonlySet<string>;
      /** The rules under `not`. */
      readonly absent: ReadonlySet<string>;
    }
  | {
      readonly kind: "ordered";
      /** The rules that have to be seen, in their order. */
      readonly stages: readonly string[];
      /** The rules that must not be seen where they stand in the order: behind so many of the stages. */
      readonly absent: readonly { readonly rule: string; readonly behind: number }[];
    };

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
  if (type === "temporal_ordered") return compileOrder(condition, ruleIds, resolve);
  if (type === "temporal") {
    const all: RuleExpr = { kind: "and", of: ruleIds.map((id) => ({ kind: "rule", rule: id })) };
    const expr = condition.kind === "rules" ? condition.expr : all;
    const { positive, absent } = signsOf(expr, resolve);
    const holds = compileExpr(expr, true, resolve);
    const everything = new Set(ruleIds);
    if (absent.size === 0) return { kind: "rules", holds: (seen) => holds(seen, nothing), positive };
    return {
      kind: "absence",
      holds,
      begins: holds(nothing, nothing) ? everything : positive,
      positive: positive.size > 0 ? positive : everything,
      absent,
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

function compileOrder(
  condition: CorrelationRule["condition"],
  ruleIds: readonly string[],
  resolve: (name: string) => string,
): WindowCondition {
  const under = condition.kind === "rules" ? signsOf(condition.expr, resolve).absent : nothing;
  const stages: string[] = [];
  const absent: { rule: string; behind: number }[] = [];
  for (const rule of ruleIds) {
    if (under.has(rule)) absent.push({ rule, behind: stages.length });
    else stages.push(rule);
  }
  return { kind: "ordered", stages, absent };
}

const nothing: ReadonlySet<string> = new Set();

type Holds = (seen: ReadonlySet<string>, around: ReadonlySet<string>) => boolean;

/** `positive`: under no `not`, or under an even number of them. */
function compileExpr(expr: RuleExpr, positive: boolean, resolve: (name: string) => string): Holds {
  switch (expr.kind) {
    case "and": {
      const parts = expr.of.map((part) => compileExpr(part, positive, resolve));
      return (seen, around) => parts.every((part) => part(seen, around));
    }
    case "or": {
      const parts = expr.of.map((part) => compileExpr(part, positive, resolve));
      return (seen, around) => parts.some((part) => part(seen, around));
    }
    case "not": {
      const part = compileExpr(expr.of, !positive, resolve);
      return (seen, around) => !part(seen, around);
    }
    case "rule": {
      const id = resolve(expr.rule);
      return positive ? (seen) => seen.has(id) : (_, around) => around.has(id);
    }
  }
}

/** The ids of the rules that an expression asks for and of those that it asks against; a rule may be in both. */
function signsOf(expr: RuleExpr, resolve: (name: string) => string) {
  const positive = new Set<string>();
  const absent = new Set<string>();
  (function collect(part: RuleExpr, sign: boolean): void {
    if (part.kind === "rule") (sign ? positive : absent).add(resolve(part.rule));
    else if (part.kind === "not") collect(part.of, !sign);
    else for (const one of part.of) collect(one, sign);
  })(expr, true);
  return { positive, absent };
}
