import { always, ANY, type Expr, never } from "../plan.ts";

/** The same meaning with nothing in it that any event would answer alike: constants, nesting, patterns that are all `any`. */
export function simplify(expr: Expr): Expr {
  switch (expr.kind) {
    case "and":
      return gather("and", expr.of);
    case "or":
      return gather("or", expr.of);
    case "not": {
      const of = simplify(expr.of);
      if (of.kind === "not") return of.of;
      if (of.kind === "constant") return of.value ? never : always;
      return { kind: "not", of };
    }
    case "field": {
      const { test } = expr;
      if (test.op === "absent") return { kind: "not", of: { ...expr, test: { op: "exists" } } };
      const anything = test.op === "like" && test.pattern.length > 0 && test.pattern.every((part) => part === ANY);
      return anything ? { ...expr, test: { op: "exists" } } : expr;
    }
    default:
      return expr;
  }
}

function gather(kind: "and" | "or", parts: readonly Expr[]): Expr {
  const neutral = kind === "and";
  const kept: Expr[] = [];
  for (const part of parts.map(simplify)) {
    if (part.kind === "constant") {
      if (part.value !== neutral) return part;
    } else if (part.kind === kind) for (const inner of part.of) kept.push(inner);
    else kept.push(part);
  }
  if (kept.length === 0) return neutral ? always : never;
  return kept.length === 1 ? kept[0]! : { kind, of: kept };
}
