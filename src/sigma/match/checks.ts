import type { Expr, FieldTest, KeywordTest } from "../plan.ts";
import type { EventInHand } from "./event-in-hand.ts";
import { refers } from "./field-ref.ts";
import { hasShape, shapeOf } from "./like.ts";
import { regexNeeds } from "./regex-needs.ts";
import { regexPredicate } from "./regex.ts";
import type { Slot } from "./slot.ts";
import { valuePredicate } from "./value-test.ts";

/** A plan, or a part of one, asked of the event in hand. */
export type Check = () => boolean;

/** How checks reach the event. */
export interface CheckContext {
  readonly hand: EventInHand;
  /** A field's slot; undefined stands for every leaf. */
  slot(field: string | undefined): Slot;
  /** The needle whose being found is the test's whole answer, when the index knows it. */
  needleFor(expr: FieldTest | KeywordTest): IndexedNeedle | undefined;
}

export interface IndexedNeedle {
  readonly id: number;
  /** Looks for the needles of its field, unless that is done for every event anyway. */
  readonly ensure: (() => void) | undefined;
}

/** A plan as nested functions; in each `and` and `or` what costs least comes first. */
export function compileCheck(expr: Expr, context: CheckContext): Check {
  return compile(expr, context).check;
}

interface Costed {
  readonly check: Check;
  /** About how many nanoseconds it takes to ask. */
  readonly cost: number;
}

function compile(expr: Expr, context: CheckContext): Costed {
  switch (expr.kind) {
    case "constant":
      return { check: () => expr.value, cost: 1 };
    case "not": {
      const { check, cost } = compile(expr.of, context);
      return { check: () => !check(), cost };
    }
    case "and":
      return every(expr.of.map((part) => compile(part, context)));
    case "or": {
      const { needles, rest } = splitNeedles(expr.of, context);
      const parts = rest.map((part) => compile(part, context));
      for (const group of needles.values()) parts.push(anyFound(group, context.hand));
      return some(parts);
    }
    case "field":
    case "keyword": {
      const needle = context.needleFor(expr);
      return needle === undefined ? compileTest(expr, context) : anyFound([needle], context.hand);
    }
  }
}

/** Alternatives that the index answers, by what has to be done first. */
function splitNeedles(
  parts: readonly Expr[],
  context: CheckContext,
): { needles: Map<IndexedNeedle["ensure"], IndexedNeedle[]>; rest: Expr[] } {
  const needles = new Map<IndexedNeedle["ensure"], IndexedNeedle[]>();
  const rest: Expr[] = [];
  for (const part of parts) {
    const needle = part.kind === "field" || part.kind === "keyword" ? context.needleFor(part) : undefined;
    if (needle === undefined) rest.push(part);
    else {
      const group = needles.get(needle.ensure);
      if (group === undefined) needles.set(needle.ensure, [needle]);
      else group.push(needle);
    }
  }
  return { needles, rest };
}

function anyFound(needles: readonly IndexedNeedle[], hand: EventInHand): Costed {
  const { ensure } = needles[0]!;
  const ids = Int32Array.from(needles, ({ id }) => id);
  const [id] = ids as unknown as [number];
  const look = ids.length === 1 ? () => hand.found[id] === hand.generation : () => hand.hasAny(ids);
  if (ensure === undefined) return { check: look, cost: 2 + ids.length };
  const check = (): boolean => {
    ensure();
    return look();
  };
  return { check, cost: 20 + ids.length };
}

function every(parts: readonly Costed[]): Costed {
  const [checks, cost] = inOrder(parts);
  const [a, b, c] = checks as [Check, Check, Check];
  if (checks.length === 2) return { check: () => a() && b(), cost };
  if (checks.length === 3) return { check: () => a() && b() && c(), cost };
  const check = (): boolean => {
    for (const one of checks) if (!one()) return false;
    return true;
  };
  return { check, cost };
}

function some(parts: readonly Costed[]): Costed {
  const [checks, cost] = inOrder(parts);
  const [a, b, c] = checks as [Check, Check, Check];
  if (checks.length === 1) return { check: a, cost };
  if (checks.length === 2) return { check: () => a() || b(), cost };
  if (checks.length === 3) return { check: () => a() || b() || c(), cost };
  const check = (): boolean => {
    for (const one of checks) if (one()) return true;
    return false;
  };
  return { check, cost };
}

function inOrder(parts: readonly Costed[]): [checks: readonly Check[], cost: number] {
  const sorted = parts.toSorted((a, b) => a.cost - b.cost);
  return [sorted.map(({ check }) => check), sorted.reduce((sum, { cost }) => sum + cost, 0)];
}

function compileTest(expr: FieldTest | KeywordTest, context: CheckContext): Costed {
  const slot = context.slot(expr.kind === "field" ? expr.field : undefined);
  const { test } = expr;
  switch (test.op) {
    case "exists":
      return { check: () => slot.count() > 0, cost: 10 };
    case "absent":
      return { check: () => slot.count() === 0, cost: 10 };
    case "fieldref": {
      const other = context.slot(test.field);
      return { check: () => refers(test, slot.values(), other.values()), cost: 500 };
    }
    case "like": {
      const shape = shapeOf(test, expr.kind === "keyword");
      const holds = (text: string): boolean => hasShape(shape, text);
      const cost = (shape.is === "glob" ? 100 : shape.is === "contains" ? 60 : 30) * (expr.kind === "keyword" ? 50 : 1);
      return { check: test.cased ? () => slot.someText(holds) : () => slot.someFolded(holds), cost };
    }
    case "regex": {
      const matches = regexPredicate(test);
      const needs = regexNeeds(test);
      if (needs.oneOf.length === 0 && needs.stretch === undefined) {
        return { check: () => slot.someText(matches), cost: 1_000 };
      }
      return { check: () => slot.mayMeet(needs) && slot.someText(matches), cost: 200 };
    }
    default: {
      const holds = valuePredicate(test);
      return { check: () => slot.some(holds), cost: 150 };
    }
  }
}
