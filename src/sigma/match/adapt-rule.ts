import type { EventKind, PipelineRefusal } from "../event.ts";
import type { DetectionRule } from "../rule.ts";

/** The rule as a kind's pipelines rewrite it, in order; the first that refuses it has the last word. */
export function adaptRule(
  rule: DetectionRule,
  kind: EventKind,
): DetectionRule | (PipelineRefusal & { pipeline: string }) {
  let adapted = rule;
  for (const pipeline of kind.pipelines) {
    const next = pipeline.apply(adapted);
    if ("refused" in next) return { refused: next.refused, pipeline: pipeline.name };
    adapted = next;
  }
  return adapted;
}
