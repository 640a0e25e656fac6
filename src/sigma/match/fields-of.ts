import type { Expr } from "../plan.ts";

/** Every field that the plans name, each once, in order of first mention. */
export function fieldsOf(plans: readonly Expr[]): string[] {
  const fields = new Set<string>();
  for (const plan of plans) collect(plan, fields);
  return [...fields];
}

function collect(expr: Expr, into: Set<string>): void {
  switch (expr.kind) {
    case "and":
    case "or":
      for (const part of expr.of) collect(part, into);
      break;
    case "not":
      collect(expr.of, into);
      break;
    case "field":
      into.add(expr.field);
      if (expr.test.op === "fieldref") into.add(expr.test.field);
  }
}
