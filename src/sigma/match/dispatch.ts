import { fold } from "../fold.ts";
import type { Expr } from "../plan.ts";
import { fieldsOf } from "./fields-of.ts";
import { hasShape, shapeOf } from "./like.ts";
import { simplify } from "./simplify.ts";

/** A field whose one value decides, for most plans, whether they can be true at all: Windows' `EventID`, mostly. */
export interface Dispatch {
  readonly field: string;
  /** By folded value: the plans that demand it, perhaps among others. */
  readonly demanding: ReadonlyMap<string, readonly number[]>;
  /** Plans that demand no value. */
  readonly otherwise: readonly number[];
}

/** The field of which most plans demand a value; undefined when too few do for it to be worth a look. */
export function chooseDispatch(plans: readonly Expr[]): Dispatch | undefined {
  const counts = new Map<string, number>();
  for (const plan of plans) for (const field of demandingFields(plan)) counts.set(field, (counts.get(field) ?? 0) + 1);
  const [field, count] = [...counts].reduce((best, next) => (next[1] > best[1] ? next : best), ["", 0]);
  if (count < 4 || count < plans.length * leastShare) return undefined;
  const demanding = new Map<string, number[]>();
  const otherwise: number[] = [];
  plans.forEach((plan, number) => {
    const values = demandedValues(plan, field);
    if (values === undefined) return void otherwise.push(number);
    for (const value of values) {
      const filed = demanding.get(value);
      if (filed === undefined) demanding.set(value, [number]);
      else filed.push(number);
    }
  });
  return { field, demanding, otherwise };
}

/** Plans that demand nothing go into the index of every value; with too few of the others that is all cost and no gain. */
const leastShare = 0.05;

/** Fields of which the plan may demand a value; a few too many do no harm. */
function demandingFields(plan: Expr): string[] {
  const tops = plan.kind === "and" ? plan.of : [plan];
  return fieldsOf(tops).filter((field) => tops.some((top) => demandedValues(top, field) !== undefined));
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
