import type { EventKind, SigmaEvent } from "../event.ts";
import type { FieldTest, KeywordTest } from "../plan.ts";
import type { DetectionRule } from "../rule.ts";
import { adaptRule } from "./adapt-rule.ts";
import { contributingTests } from "./contributing-tests.ts";
import { predicateOf, type SingleValued, valuesFor } from "./evaluate.ts";
import { textOf } from "./field-values.ts";

/** A value of the event that a rule asked for. */
export interface MatchedValue {
  /** The search identifier under `detection`. */
  readonly selection: string;
  /** The field with its modifiers as the rule has it; empty for keywords. */
  readonly key: string;
  /** The field as the kind's pipelines named it; empty for keywords. */
  readonly field: string;
  /** The event's text, whole. */
  readonly value: string;
  /** As written in the rule. */
  readonly pattern: string;
}

/**
 * What in the event made the rule match: values of positive tests that held and counted, each once, in the rule's
 * order. Empty when the rule doesn't match, or has nothing but negations. The log source is not looked at.
 */
export function matchedValues(rule: DetectionRule, event: SigmaEvent): MatchedValue[] {
  const adapted = adaptedRule(rule, event.kind);
  if ("refused" in adapted) return [];
  const found = new Map<string, MatchedValue>();
  for (const expr of contributingTests(adapted.plan, event)) {
    for (const value of matchingTexts(expr, event)) {
      const { selection, key, value: pattern } = expr.origin;
      const matched = { selection, key, field: expr.kind === "field" ? expr.field : "", value, pattern };
      found.set(JSON.stringify(matched), matched);
    }
  }
  return [...found.values()];
}

type Adapted = ReturnType<typeof adaptRule>;
/** Rules that match once match again: rewriting them anew for each event would take as long as finding the values. */
const adaptedRules = new WeakMap<EventKind, WeakMap<DetectionRule, Adapted>>();

function adaptedRule(rule: DetectionRule, kind: EventKind): Adapted {
  let rules = adaptedRules.get(kind);
  if (rules === undefined) adaptedRules.set(kind, (rules = new WeakMap()));
  let adapted = rules.get(rule);
  if (adapted === undefined) rules.set(rule, (adapted = adaptRule(rule, kind)));
  return adapted;
}

/** The texts of those values for which a test that holds does hold. */
export function matchingTexts(expr: FieldTest | KeywordTest, event: SigmaEvent): string[] {
  const values = valuesFor(expr, event);
  if (expr.test.op === "exists" || expr.test.op === "fieldref") return values.map(textOf);
  if (expr.test.op === "absent") return [];
  return values.filter(predicateOf(expr as SingleValued)).map(textOf);
}
