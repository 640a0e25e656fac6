import type { Bound, RuleExpr } from "../rule.ts";

export type RuleCount =
  | { readonly kind: "expr"; readonly expr: RuleExpr }
  | { readonly kind: "never" }
  | { readonly kind: "too-many" };

/** Combinations that are written out at most. */
const mostCombinations = 2_000;

/** "So many of these rules were seen", as an expression over the rules: `gte: 2` of a, b, c is (a and b) or (a and c) or (b and c). */
export function countOfRules(written: readonly string[], bounds: readonly Bound[]): RuleCount {
  const rules = [...new Set(written)];
  const fits = (count: number) => bounds.every((bound) => holds(bound, count));
  const of: RuleExpr[] = [];
  for (let from = 1; from <= rules.length; from++) {
    if (!fits(from)) continue;
    let to = from;
    while (to < rules.length && fits(to + 1)) to++;
    if (combinations(rules.length, from) > mostCombinations) return { kind: "too-many" };
    const atLeast = someOf(rules, from);
    if (to === rules.length) of.push(atLeast);
    else {
      if (combinations(rules.length, to + 1) > mostCombinations) return { kind: "too-many" };
      of.push({ kind: "and", of: [atLeast, { kind: "not", of: someOf(rules, to + 1) }] });
    }
    from = to;
  }
  if (of.length === 0) return { kind: "never" };
  return { kind: "expr", expr: of.length === 1 ? of[0]! : { kind: "or", of } };
}

function someOf(rules: readonly string[], count: number): RuleExpr {
  const chosen = subsets(rules, count).map((subset): RuleExpr => {
    const of = subset.map((rule): RuleExpr => ({ kind: "rule", rule }));
    return of.length === 1 ? of[0]! : { kind: "and", of };
  });
  return chosen.length === 1 ? chosen[0]! : { kind: "or", of: chosen };
}

function subsets(rules: readonly string[], count: number): string[][] {
  if (count === 0) return [[]];
  return rules.flatMap((rule, at) => subsets(rules.slice(at + 1), count - 1).map((rest) => [rule, ...rest]));
}

function combinations(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) result = (result * (n - i + 1)) / i;
  return result;
}

function holds({ is, number }: Bound, count: number): boolean {
  switch (is) {
    case "eq":
      return count === number;
    case "neq":
      return count !== number;
    case "gt":
      return count > number;
    case "gte":
      return count >= number;
    case "lt":
      return count < number;
    case "lte":
      return count <= number;
  }
}
