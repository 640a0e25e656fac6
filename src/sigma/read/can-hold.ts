import type { RuleExpr } from "../rule.ts";

/** Up to so many rules every choice is tried. */
const mostRules = 12;

/**
 * Whether a condition over rules can be met by seeing at least one of them. A window begins with an event, so `not a and
 * not b` never is. True, too, where there are too many rules to try.
 */
export function canHold(expr: RuleExpr, rules: readonly string[]): boolean {
  const names = [...new Set(rules)];
  if (names.length > mostRules) return true;
  for (let choice = 1; choice < 1 << names.length; choice++) {
    const seen = new Set(names.filter((_, at) => choice & (1 << at)));
    if (holds(expr, seen)) return true;
  }
  return false;
}

function holds(expr: RuleExpr, seen: ReadonlySet<string>): boolean {
  switch (expr.kind) {
    case "and":
      return expr.of.every((part) => holds(part, seen));
    case "or":
      return expr.of.some((part) => holds(part, seen));
    case "not":
      return !holds(expr.of, seen);
    case "rule":
      return seen.has(expr.rule);
  }
}
