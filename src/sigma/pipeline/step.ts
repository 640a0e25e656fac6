import type { DetectionRule } from "../rule.ts";
import { mapItems, nodeOf, type DetectionItem, type PlanNode } from "./detection-item.ts";
import type { Expr } from "../plan.ts";

/** A rule on its way through a pipeline. Lives for one application; the rule that came in is never changed. */
export interface Work {
  /** Its plan is stale: `node` has the current one. */
  rule: DetectionRule;
  node: PlanNode;
  /** Set by `set_state`. */
  readonly state: Map<string, Scalar>;
  /** Ids of the processing items whose rule conditions held. */
  readonly applied: Set<string>;
  /** Field name → ids of the processing items that made it. */
  readonly fieldsMadeBy: Map<string, Set<string>>;
  /** Names that field mappings began or ended with, for `strict_field_mapping_failure`. */
  readonly mapped: Set<string>;
}

export type Scalar = string | number | boolean | null;

/** One processing item: when it applies and what it does. */
export interface Step {
  readonly id: string | undefined;
  holdsForRule(work: Work): boolean;
  holdsForItem(work: Work, item: DetectionItem): boolean;
  /** Field name conditions alone, for names that stand outside detection items; undefined is a keyword's. */
  holdsForField(work: Work, field: string | undefined): boolean;
  readonly action: Action;
}

/** Changes the work; gives a reason when the rule can't be used. */
export type Action = (work: Work, step: Step) => string | undefined;

/** Puts the rule through the steps in order; gives the reason of the first that refuses it. */
export function takeSteps(steps: readonly Step[], work: Work): string | undefined {
  for (const step of steps) {
    if (!step.holdsForRule(work)) continue;
    if (step.id !== undefined) work.applied.add(step.id);
    const refusal = step.action(work, step);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** The item, marked as changed by the step. */
export function changedBy(step: Step, item: DetectionItem): DetectionItem {
  return step.id === undefined ? item : { ...item, applied: new Set([...item.applied, step.id]) };
}

/** What the step made of an item, when its tests are of other fields now: grouped anew, each part marked as changed. */
export function regrouped(step: Step, item: DetectionItem, expr: Expr): PlanNode {
  const node = nodeOf(expr);
  return mapItems(node, (part) => changedBy(step, { ...part, applied: item.applied })) ?? node;
}
