import { fold } from "../fold.ts";
import type { Expr } from "../plan.ts";
import { fieldsOf } from "./fields-of.ts";
import { hasShape, shapeOf } from "./like.ts";
import { simplify } from "./simplify.ts";

/** A field whose one value decides, for most plans, whether they can be true at all: Windows' `EventID`, mostly. */
export interface Dispatch {
  readonly field: string;
  /** By folded value that some plan demands: the plans that can be true when the field has it, in order. */
  readonly plansByValue: ReadonlyMap<string, readonly number[]>;
  /** Plans that can be true when the field has another value, or none. */
  readonly otherwise: readonly number[];
}

/** The field that most plans demand a value of; undefined when no field is worth the look. */
export function chooseDispatch(plans: readonly Expr[]): Dispatch | undefined {
  const counts = new Map<string, number>();
  for (const plan of plans) for (const field of demandingFields(plan)) counts.set(field, (counts.get(field) ?? 0) + 1);
  const [field, count] = [...counts].reduce((best, next) => (next[1] > best[1] ? next : best), ["", 0]);
  // The plans that demand nothing go into the index of every value, so there must be few of them.
  if (count < 4 || count * 2 < plans.length) return undefined;
  return dispatchOn(
    field,
    plans.map((plan) => demandedValues(plan, field)),
  );
}

/** Fields of which the plan may demand a value; a few too many do no harm. */
function demandingFields(plan: Expr): string[] {
  const tops = plan.kind === "and" ? plan.of : [plan];
  return fieldsOf(tops).filter((field) => tops.some((top) => demandedValues(top, field) !== undefined));
}

function dispatchOn(field: string, demands: readonly (ReadonlySet<string> | undefined)[]): Dispatch {
  const values = new Set(demands.flatMap((demanded) => [...(demanded ?? [])]));
  const numbers = demands.map((_, number) => number);
  const canBeTrue = (value: string) => numbers.filter((number) => demands[number]?.has(value) ?? true);
  return {
    field,
    plansByValue: new Map([...values].map((value) => [value, canBeTrue(value)])),
    otherwise: numbers.filter((number) => demands[number] === undefined),
  };
}

/** Folded values of which the field must have one for the plan to be true; undefined when it may have any, or none. */
function demandedValues(plan: Expr, field: string): ReadonlySet<string> | undefined {
  switch (plan.kind) {
    case "field": {
      if (plan.field !== field || plan.test.op !== "like") return undefined;
      const shape = shapeOf(plan.test);
      return shape.is === "exact" ? new Set([plan.test.cased ? fold(shape.literal) : shape.literal]) : undefined;
    }
    case "and": {
      const demands = plan.of.map((part) => demandedValues(part, field)).filter((demanded) => demanded !== undefined);
      return demands.toSorted((a, b) => a.size - b.size)[0];
    }
    case "or": {
      const demands = plan.of.map((part) => demandedValues(part, field));
      return demands.every((demanded) => demanded !== undefined)
        ? new Set(demands.flatMap((demanded) => [...demanded]))
        : undefined;
    }
    default:
      return undefined;
  }
}

/** What is left of a plan once the field is known to have this one folded value. */
export function withValue(plan: Expr, field: string, value: string): Expr {
  return simplify(resolve(plan));

  function resolve(expr: Expr): Expr {
    switch (expr.kind) {
      case "and":
      case "or":
        return { kind: expr.kind, of: expr.of.map(resolve) };
      case "not":
        return { kind: "not", of: resolve(expr.of) };
      case "field": {
        if (expr.field !== field || expr.test.op !== "like" || expr.test.cased) return expr;
        return { kind: "constant", value: hasShape(shapeOf(expr.test), value) };
      }
      default:
        return expr;
    }
  }
}
