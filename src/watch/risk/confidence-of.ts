import type { FindingRow } from "#lake";
import { rulePrefix } from "../indicators/indicator-book.ts";

/** How sure a finding is, 0 to 1: indicators say so of themselves, rules are taken at their word. */
export function confidenceOf({ rule, matched }: Pick<FindingRow, "rule" | "matched">): number {
  if (!rule.startsWith(rulePrefix)) return 1;
  const values = JSON.parse(matched) as unknown;
  const first = Array.isArray(values) ? (values[0] as { readonly confidence?: unknown } | undefined) : undefined;
  return typeof first?.confidence === "number" ? Math.min(Math.max(first.confidence, 0), 100) / 100 : 0;
}
