import type { Expr, FieldTest, KeywordTest } from "../plan.ts";
import type { EventInHand } from "./event-in-hand.ts";
import { refers } from "./field-ref.ts";
import { hasShape, shapeOf } from "./like.ts";
import { regexNeeds } from "./regex-needs.ts";
import { regexPredicate } from "./regex.ts";
import type { Slot } from "./slot.ts";
import type { SlotIndex } from "./slot-index.ts";
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
  /** Has to look before its needles can be asked about; undefined when it has looked anyway. */
  readonly index: SlotIndex | undefined;
  /** Looking for all its needles costs more than looking for one, unless the field repeats itself. */
  readonly onlyIfRepetitive: boolean;
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
      const { groups, rest } = groupByIndex(expr.of, context);
      return some([...rest.map((part) => compile(part, context)), ...groups.map((group) => anyFound(group, context))]);
    }
    case "field":
    case "keyword": {
      const needle = context.needleFor(expr);
      return needle === undefined ? compileTest(expr, context) : anyFound([{ expr, needle }], context);
    }
  }
}

interface IndexedTest {
  readonly expr: FieldTest | KeywordTest;
  readonly needle: IndexedNeedle;
}

/** Alternatives that an index answers, by the index that has to look. */
function groupByIndex(parts: readonly Expr[], context: CheckContext): { groups: IndexedTest[][]; rest: Expr[] } {
  const groups = new Map<SlotIndex | undefined, IndexedTest[]>();
  const rest: Expr[] = [];
  for (const expr of parts) {
    const needle = expr.kind === "field" || expr.kind === "keyword" ? context.needleFor(expr) : undefined;
    if (needle === undefined) rest.push(expr);
    else {
      const test = { expr: expr as FieldTest | KeywordTest, needle };
      const group = groups.get(needle.index);
      if (group === undefined) groups.set(needle.index, [test]);
      else group.push(test);
    }
  }
  return { groups: [...groups.values()], rest };
}

/** Whether a needle of a group was found; all of them have one index. */
function anyFound(tests: readonly IndexedTest[], context: CheckContext): Costed {
  const { hand } = context;
  const { index, onlyIfRepetitive } = tests[0]!.needle;
  const ids = Int32Array.from(tests, ({ needle }) => needle.id);
  const [id] = ids as unknown as [number];
  const found = ids.length === 1 ? () => hand.found[id] === hand.generation : () => hand.hasAny(ids);
  if (index === undefined) return { check: found, cost: 2 + ids.length };
  if (!onlyIfRepetitive) {
    const check = (): boolean => {
      index.ensure();
      return found();
    };
    return { check, cost: 20 + ids.length };
  }
  let singly: Check | undefined;
  const check = (): boolean => {
    if (!index.isRepetitive()) {
      singly ??= some(tests.map(({ expr }) => compileTest(expr, context))).check;
      return singly();
    }
    index.ensure();
    return found();
  };
  return { check, cost: 60 + ids.length };
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
