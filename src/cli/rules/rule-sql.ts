import { eventColumns, flatLayout, type CorrelationRule, type DetectionRule, toReadableSql } from "#sigma";
import { misuse } from "../arguments.ts";

/** The rule's question as ClickHouse SQL over stored events, fields lying as the rule names them. */
export function sqlFor(rule: DetectionRule | CorrelationRule): string {
  if (rule.kind === "correlation") {
    throw misuse("rules explain", "a correlation has no SQL of its own: explain the rules that it is made of");
  }
  return toReadableSql(rule.plan, { columns: eventColumns, layout: flatLayout });
}
