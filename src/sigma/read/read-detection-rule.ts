import type { DetectionRule } from "../rule.ts";
import { readLogSource } from "./logsource.ts";
import { readMetadata } from "./metadata.ts";
import type { DocumentContext } from "./read-document.ts";
import { readPlan } from "./read-plan.ts";
import { entryOf, type YamlMap } from "./yaml/node.ts";

/** A rule with `detection`; undefined after an error. */
export function readDetectionRule(root: YamlMap, context: DocumentContext): DetectionRule | undefined {
  const { report, source } = context;
  const metadata = readMetadata(root, source, report);
  const logsource = readLogSource(root, report);
  const detection = entryOf(root, "detection");
  if (!detection || detection.value.kind !== "map") {
    const message = detection ? "'detection' has to be a map." : "The document has no detection.";
    report.error(
      detection?.keyAt ?? root.at,
      "detection-missing",
      message,
      "A Sigma rule has `detection:`, a correlation `correlation:`, a filter `filter:`.",
    );
    return undefined;
  }
  const timeframe = entryOf(detection.value, "timeframe");
  if (timeframe) {
    report.warning(
      timeframe.keyAt,
      "timeframe-ignored",
      "'timeframe' belonged to the old aggregations and does nothing here.",
      "Use a correlation with `timespan`.",
    );
  }
  const read = readPlan({ ...detection, value: detection.value }, context);
  if (!read || !logsource || report.firstError) return undefined;
  return { ...metadata, kind: "detection", logsource, conditions: read.conditions, plan: read.plan, filteredBy: [] };
}
