import type { SigmaEvent } from "../event.ts";
import type { Expr, FieldTest, KeywordTest } from "../plan.ts";
import { refers } from "./field-ref.ts";
import { fieldValues, leafValues, type Value } from "./field-values.ts";
import { type SingleTest, valuePredicate } from "./value-test.ts";

/**
 * What a plan means, said as plainly as can be: both back ends must agree with this. Looks every value up anew, so it
 * is slow. Fields lie where the event's layout says; the kind's pipelines are not applied (`adaptRule` does that).
 */
export function evaluate(expr: Expr, event: SigmaEvent): boolean {
  switch (expr.kind) {
    case "constant":
      return expr.value;
    case "not":
      return !evaluate(expr.of, event);
    case "and":
      return expr.of.every((part) => evaluate(part, event));
    case "or":
      return expr.of.some((part) => evaluate(part, event));
    case "keyword":
    case "field":
      return testHolds(expr, event);
  }
}

function testHolds(expr: FieldTest | KeywordTest, event: SigmaEvent): boolean {
  const values = valuesFor(expr, event);
  const { test } = expr;
  switch (test.op) {
    case "exists":
      return values.length > 0;
    case "absent":
      return values.length === 0;
    case "fieldref":
      return refers(test, values, valuesOf(test.field, event));
    default:
      return values.some(predicateOf(expr as SingleValued));
  }
}

export type SingleValued = (FieldTest | KeywordTest) & { readonly test: SingleTest };

/** The values that a test is asked of: a field's, or every leaf's. */
export function valuesFor(expr: FieldTest | KeywordTest, event: SigmaEvent): readonly Value[] {
  return expr.kind === "keyword" ? leafValues(event.body) : valuesOf(expr.field, event);
}

export function valuesOf(field: string, event: SigmaEvent): readonly Value[] {
  return fieldValues(event.body, event.kind.layout.paths(field));
}

/** Regular expressions and networks are costly to make, so a plan's predicates live as long as the plan. */
const predicates = new WeakMap<FieldTest | KeywordTest, (value: Value) => boolean>();

export function predicateOf(expr: SingleValued): (value: Value) => boolean {
  let predicate = predicates.get(expr);
  if (predicate === undefined) {
    predicate = valuePredicate(expr.test, expr.kind === "keyword");
    predicates.set(expr, predicate);
  }
  return predicate;
}
