import { fold } from "../fold.ts";
import { type Expr, type FieldTest, type KeywordTest, type LikeTest, ONE } from "../plan.ts";
import { type Shape, shapeOf } from "./like.ts";
import type { NeedleShape, Sought } from "./needle.ts";
import { regexNeeds } from "./regex-needs.ts";

/** Needles of which at least one is found in every event that the plan is true of. */
export interface Witness {
  readonly needles: readonly Sought[];
  /** Estimated share of events in which one is found. */
  readonly share: number;
}

/** The share of events in which a needle is found, as far as anybody knows. */
export type ShareOf = (sought: Sought) => number;

/** The witness that is found least often; undefined when the plan can be true of an event that has nothing in it. */
export function witnessOf(plan: Expr, shareOf: ShareOf): Witness | undefined {
  switch (plan.kind) {
    case "constant":
      return plan.value ? undefined : { needles: [], share: 0 };
    case "not":
      return undefined;
    case "and":
      return rarest(plan.of.map((part) => witnessOf(part, shareOf)));
    case "or":
      return union(plan.of.map((part) => witnessOf(part, shareOf)));
    case "field":
    case "keyword":
      return rarest(
        soughtBy(plan).map((needles) => ({
          needles,
          share: needles.reduce((sum, needle) => sum + shareOf(needle), 0),
        })),
      );
  }
}

function rarest(witnesses: readonly (Witness | undefined)[]): Witness | undefined {
  let best: Witness | undefined;
  for (const witness of witnesses) if (witness !== undefined && !(best && best.share <= witness.share)) best = witness;
  return best;
}

function union(witnesses: readonly (Witness | undefined)[]): Witness | undefined {
  const needles: Sought[] = [];
  let share = 0;
  for (const witness of witnesses) {
    if (witness === undefined) return undefined;
    needles.push(...witness.needles);
    share += witness.share;
  }
  return { needles, share };
}

/** Groups of needles; of each group one is found whenever the test holds. */
function soughtBy(expr: FieldTest | KeywordTest): Sought[][] {
  const field = expr.kind === "field" ? expr.field : undefined;
  const present: Sought[][] = field === undefined ? [] : [[{ field, is: "present", text: "" }]];
  const { test } = expr;
  if (test.op === "like") return [...present, ...soughtByLike(test, field).map((sought) => [sought])];
  if (test.op === "regex") {
    const groups = regexNeeds(test).oneOf.map((texts) =>
      texts.map((text): Sought => ({ field, is: "contains", text })),
    );
    return [...present, ...groups];
  }
  return test.op === "absent" ? [] : present;
}

function soughtByLike(test: LikeTest, field: string | undefined): Sought[] {
  const shape = shapeOf(test, field === undefined);
  return literalsOf(shape).map(({ is, text }) => ({ field, is, text: test.cased ? fold(text) : text }));
}

function literalsOf(shape: Shape): { is: NeedleShape; text: string }[] {
  if (shape.is === "anything") return [];
  // Empty text is exact only; contained in all.
  if (shape.is !== "glob")
    return shape.is === "exact" || shape.literal !== "" ? [{ is: shape.is, text: shape.literal }] : [];
  const { runs, openStart, openEnd } = shape;
  const literals = runs.flat().flatMap((part): { is: NeedleShape; text: string }[] => {
    return part === ONE ? [] : [{ is: "contains", text: part }];
  });
  const first = runs[0]?.[0];
  const last = runs.at(-1)?.at(-1);
  if (!openStart && typeof first === "string") literals.push({ is: "prefix", text: first });
  if (!openEnd && typeof last === "string") literals.push({ is: "suffix", text: last });
  return literals;
}
