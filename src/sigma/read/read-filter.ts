import type { FilterRule } from "../rule.ts";
import { readLogSource } from "./logsource.ts";
import { listOf, readMetadata } from "./metadata.ts";
import type { DocumentContext } from "./read-document.ts";
import { readPlan } from "./read-plan.ts";
import { entryOf, type YamlMap } from "./yaml/node.ts";

/** A document with `filter`; undefined after an error. */
export function readFilter(root: YamlMap, context: DocumentContext): FilterRule | undefined {
  const { report, source } = context;
  const metadata = readMetadata(root, source, report);
  const logsource = readLogSource(root, report);
  const filter = entryOf(root, "filter");
  if (!filter || filter.value.kind !== "map") {
    report.error(
      filter?.keyAt ?? root.at,
      "filter-missing",
      "'filter' has to be a map.",
      "Give it `rules`, a selection and a `condition`.",
    );
    return undefined;
  }
  const rules = rulesOf(filter.value, context);
  const read = readPlan({ ...filter, value: filter.value }, context, notSelections);
  if (!read || !rules || !logsource || report.firstError) return undefined;
  if (!read.hasNot) {
    const condition = entryOf(filter.value, "condition")!;
    report.warning(
      condition.value.at,
      "filter-without-not",
      "A filter's condition is added with `and`, and this one has no `not`: the rules then match only what it describes.",
      "To leave something out, write `not selection`.",
    );
  }
  return { ...metadata, kind: "filter", logsource, rules, conditions: read.conditions, plan: read.plan };
}

const notSelections = new Set(["condition", "rules"]);

function rulesOf(filter: YamlMap, { report }: DocumentContext): readonly string[] | "any" | undefined {
  const entry = entryOf(filter, "rules");
  if (!entry) {
    report.error(
      filter.at,
      "filter-rules-missing",
      "The filter doesn't say which rules it is for.",
      "List ids or names under `rules`, or write `rules: any`.",
    );
    return undefined;
  }
  const { value } = entry;
  if (value.kind === "scalar" && /^(any|all)$/i.test(value.text)) return "any";
  const rules = listOf(filter, "rules", report);
  if (rules.length > 0) return rules;
  report.error(
    entry.keyAt,
    "filter-rules-missing",
    "The filter's `rules` names no rule.",
    "List ids or names, or write `rules: any`.",
  );
  return undefined;
}
