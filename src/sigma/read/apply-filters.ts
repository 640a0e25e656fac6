import type { CorrelationRule, DetectionRule, FilterRule } from "../rule.ts";
import { and } from "./expr.ts";
import type { Usable } from "./link-rules.ts";
import { covers } from "./logsource.ts";
import { entryOf } from "./yaml/node.ts";

/** Every rule that a filter is for becomes `(rule) and (filter)`. */
export function applyFilters(
  detections: readonly Usable<DetectionRule>[],
  correlations: readonly Usable<CorrelationRule>[],
  filters: readonly Usable<FilterRule>[],
): readonly Usable<DetectionRule>[] {
  if (filters.length === 0) return detections;
  for (const filter of filters) warnOfMisses(filter, detections, correlations);
  return detections.map(({ rule, read }) => {
    const fitting = filters.filter((filter) => isFor(filter.rule, rule));
    if (fitting.length === 0) return { rule, read };
    const plan = and([rule.plan, ...fitting.map((filter) => filter.rule.plan)]);
    return { rule: { ...rule, plan, filteredBy: fitting.map((filter) => filter.rule.id) }, read };
  });
}

function isFor(filter: FilterRule, rule: DetectionRule): boolean {
  const named = filter.rules === "any" || filter.rules.some((reference) => isCalled(rule, reference));
  return named && covers(filter.logsource, rule.logsource);
}

function isCalled(rule: { readonly id: string; readonly name?: string }, reference: string): boolean {
  return rule.id === reference || rule.name === reference;
}

function warnOfMisses(
  { rule: filter, read }: Usable<FilterRule>,
  detections: readonly Usable<DetectionRule>[],
  correlations: readonly Usable<CorrelationRule>[],
): void {
  const { report, root } = read;
  const section = root && entryOf(root, "filter");
  const place = section?.value.kind === "map" ? entryOf(section.value, "rules") : undefined;
  const at = place?.value.at ?? read.at;
  if (filter.rules === "any") {
    if (!detections.some(({ rule }) => covers(filter.logsource, rule.logsource))) {
      report.warning(at, "filter-unused", "No rule has a log source that this filter covers.", "Check its log source.");
    }
    return;
  }
  for (const [index, reference] of filter.rules.entries()) {
    const own = place?.value.kind === "list" ? (place.value.items[index]?.at ?? at) : at;
    const found = detections.find(({ rule }) => isCalled(rule, reference));
    if (found && covers(filter.logsource, found.rule.logsource)) continue;
    if (found) {
      report.warning(
        own,
        "filter-logsource",
        `The filter is for other logs than '${found.rule.title}', so it isn't applied to that rule.`,
        "Give the filter the rule's log source, or a wider one.",
      );
    } else if (correlations.some(({ rule }) => isCalled(rule, reference))) {
      report.warning(
        own,
        "filter-on-correlation",
        `'${reference}' is a correlation; filters apply to detections.`,
        "Name the rules that the correlation is built on.",
      );
    } else {
      report.warning(
        own,
        "filter-missing-rule",
        `There is no rule '${reference}' that could be filtered.`,
        "Load the rule too, or check its id.",
      );
    }
  }
}
