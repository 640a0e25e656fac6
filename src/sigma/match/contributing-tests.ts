import type { SigmaEvent } from "../event.ts";
import type { Expr, FieldTest, KeywordTest } from "../plan.ts";
import { evaluate } from "./evaluate.ts";

/**
 * The tests that made a true plan true: those that held, in parts that held, outside any `not`. Empty when the plan is
 * false of the event.
 */
export function contributingTests(plan: Expr, event: SigmaEvent): (FieldTest | KeywordTest)[] {
  const found: (FieldTest | KeywordTest)[] = [];
  collect(plan, event, found);
  return found;
}

/** Adds only when the whole part holds; says whether it does. */
function collect(expr: Expr, event: SigmaEvent, into: (FieldTest | KeywordTest)[]): boolean {
  switch (expr.kind) {
    case "constant":
      return expr.value;
    case "not":
      return !evaluate(expr.of, event);
    case "field":
    case "keyword":
      if (!evaluate(expr, event)) return false;
      into.push(expr);
      return true;
    case "and": {
      const before = into.length;
      const holds = expr.of.every((part) => collect(part, event, into));
      if (!holds) into.length = before;
      return holds;
    }
    case "or": {
      let holds = false;
      for (const part of expr.of) if (collect(part, event, into)) holds = true;
      return holds;
    }
  }
}
