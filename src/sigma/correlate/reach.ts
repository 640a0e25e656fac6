import type { CorrelationRule } from "../rule.ts";
import { compileCondition } from "./condition.ts";

/**
 * How far before a match of the rule, in ms, an observation may lie that decides whether there is one. More than the timespan
 * where something must not be seen: it counts before a window and, in an order, after it.
 */
export function reachOf(rule: CorrelationRule): number {
  const condition = compileCondition(rule, rule.rules, (name) => name);
  switch (condition.kind) {
    case "figure":
    case "rules":
      return rule.timespan;
    case "absence":
      return 2 * rule.timespan;
    case "ordered": {
      const { absent, stages } = condition;
      const before = absent.some(({ behind }) => behind === 0) ? 1 : 0;
      const after = absent.some(({ behind }) => behind === stages.length) ? 1 : 0;
      return (before + 1 + after) * rule.timespan;
    }
  }
}
