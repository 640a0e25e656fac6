import type { Expr, FieldTest, KeywordTest } from "../plan.ts";
import { shapeOf } from "./like.ts";
import { Needles, type Sought } from "./needle.ts";
import { type ShareOf, witnessOf } from "./witness.ts";

/** What an index has to look for, and what follows from finding it. */
export interface PlansNeedles {
  readonly needles: Needles;
  /** By needle: the plans that wait for it; undefined when none does, and it only answers what a plan asks. */
  readonly waiting: readonly (readonly number[] | undefined)[];
  /** Plans that wait for nothing: they can be true of an event that has nothing in it. */
  readonly always: readonly number[];
}

/** Without `shareOf` there are no needles, and every plan is asked of every event. */
export function needlesOf(plans: readonly Expr[], shareOf: ShareOf | undefined): PlansNeedles {
  const needles = new Needles();
  if (shareOf === undefined) return { needles, waiting: [], always: [...plans.keys()] };
  const waiting: number[][] = [];
  const always: number[] = [];
  plans.forEach((plan, number) => {
    const witness = witnessOf(plan, shareOf);
    if (witness === undefined) return void always.push(number);
    for (const sought of witness.needles) {
      const waitingForIt = (waiting[needles.intern(sought).id] ??= []);
      if (waitingForIt.at(-1) !== number) waitingForIt.push(number);
    }
  });
  for (const plan of plans) internAnswers(plan, needles);
  return { needles, waiting, always };
}

/** Keywords are left out: every leaf would have to be looked at for them. */
function internAnswers(expr: Expr, needles: Needles): void {
  if (expr.kind === "not") internAnswers(expr.of, needles);
  else if (expr.kind === "and" || expr.kind === "or") for (const part of expr.of) internAnswers(part, needles);
  else if (expr.kind === "field") {
    const answer = answering(expr);
    if (answer !== undefined) needles.intern(answer);
  }
}

/** What being found or not is the test's whole answer; undefined when it takes more than that. */
export function answering(expr: FieldTest | KeywordTest): Sought | undefined {
  const { test } = expr;
  if (test.op !== "like" || test.cased) return undefined;
  const shape = shapeOf(test, expr.kind === "keyword");
  if (shape.is === "glob" || shape.is === "anything") return undefined;
  return { field: expr.kind === "field" ? expr.field : undefined, is: shape.is, text: shape.literal };
}
