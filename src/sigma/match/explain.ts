import type { EventKind, SigmaEvent } from "../event.ts";
import type { Expr, FieldTest, KeywordTest, Origin, ValueTest } from "../plan.ts";
import type { DetectionRule } from "../rule.ts";
import { adaptRule } from "./adapt-rule.ts";
import { evaluate, valuesFor } from "./evaluate.ts";
import { textOf } from "./field-values.ts";
import { matchingTexts } from "./matched-values.ts";
import { type LogSourceMismatch, mismatches } from "./routes.ts";

/** Why a rule does or doesn't match an event. */
export interface Explanation {
  readonly rule: string;
  /** The event's kind, by its key. */
  readonly kind: string;
  /** What the matcher says: routed, not refused, and the plan true. */
  readonly matches: boolean;
  /** The rule may be asked of this kind of event; otherwise each key of the log source that speaks against it. */
  readonly routed: boolean;
  readonly mismatches: readonly LogSourceMismatch[];
  /** Names of the kind's pipelines that changed the rule, in order. */
  readonly changedBy: readonly string[];
  /** Set when a pipeline says that the rule can't be used here; there is no tree then. */
  readonly refusal?: { readonly pipeline: string; readonly reason: string };
  /** Filter documents that are part of the tree. */
  readonly filteredBy: readonly string[];
  /** The tree as asked of this event, also when the rule is not routed: what it would say. */
  readonly tree?: ExplainedNode;
}

export type ExplainedNode =
  | { readonly kind: "and" | "or"; readonly holds: boolean; readonly of: readonly ExplainedNode[] }
  | { readonly kind: "not"; readonly holds: boolean; readonly of: ExplainedNode }
  | { readonly kind: "constant"; readonly holds: boolean }
  | ExplainedTest;

export interface ExplainedTest {
  readonly kind: "test";
  readonly holds: boolean;
  /** As the kind's pipelines named it; empty for keywords. */
  readonly field: string;
  readonly test: ValueTest["op"];
  readonly origin: Origin;
  /** Texts of the field's values in the event, at most `seenReach` of them; for keywords only those that matched. */
  readonly seen: readonly string[];
  /** How many values there were. */
  readonly values: number;
  /** Those of them for which the test holds, at most `seenReach`. */
  readonly matched: readonly string[];
}

/** An explanation is for people: an event with a million values need not be told whole. */
export const seenReach = 100;

export function explain(rule: DetectionRule, event: SigmaEvent): Explanation {
  const against = mismatches(rule.logsource, event.kind.logsource);
  const about = {
    rule: rule.id,
    kind: event.kind.key,
    routed: against.length === 0,
    mismatches: against,
    changedBy: changedBy(rule, event.kind),
    filteredBy: rule.filteredBy,
  };
  const adapted = adaptRule(rule, event.kind);
  if ("refused" in adapted) {
    return { ...about, matches: false, refusal: { pipeline: adapted.pipeline, reason: adapted.refused } };
  }
  const tree = explainExpr(adapted.plan, event);
  return { ...about, matches: about.routed && tree.holds, tree };
}

function changedBy(rule: DetectionRule, kind: EventKind): string[] {
  const names: string[] = [];
  for (const pipeline of kind.pipelines) {
    const next = pipeline.apply(rule);
    if ("refused" in next) break;
    if (next !== rule) names.push(pipeline.name);
    rule = next;
  }
  return names;
}

function explainExpr(expr: Expr, event: SigmaEvent): ExplainedNode {
  switch (expr.kind) {
    case "constant":
      return { kind: "constant", holds: expr.value };
    case "not": {
      const of = explainExpr(expr.of, event);
      return { kind: "not", holds: !of.holds, of };
    }
    case "and": {
      const of = expr.of.map((part) => explainExpr(part, event));
      return { kind: "and", holds: of.every((part) => part.holds), of };
    }
    case "or": {
      const of = expr.of.map((part) => explainExpr(part, event));
      return { kind: "or", holds: of.some((part) => part.holds), of };
    }
    case "field":
    case "keyword":
      return explainTest(expr, event);
  }
}

function explainTest(expr: FieldTest | KeywordTest, event: SigmaEvent): ExplainedTest {
  const holds = evaluate(expr, event);
  const values = valuesFor(expr, event);
  const matched = holds ? matchingTexts(expr, event).slice(0, seenReach) : [];
  return {
    kind: "test",
    holds,
    field: expr.kind === "field" ? expr.field : "",
    test: expr.test.op,
    origin: expr.origin,
    seen: expr.kind === "field" ? values.slice(0, seenReach).map(textOf) : matched,
    values: values.length,
    matched,
  };
}
