import type { Expr } from "../../plan.ts";
import { readSelections } from "../../read/detection.ts";
import { createReport } from "../../read/report.ts";
import type { YamlMap, YamlNode } from "../../read/yaml/node.ts";
import type { LogSource } from "../../rule.ts";
import { mapItems, nodeOf } from "../detection-item.ts";
import type { Params } from "../params.ts";
import { changedBy, type Action } from "../step.ts";

/**
 * Adds what must hold (or, `negated`, must not) beside the rule's own condition. Keys may have modifiers, as in rules.
 * With `template`, `$category`, `$product` and `$service` in values stand for the rule's own.
 */
export function readAddCondition(params: Params): Action | undefined {
  const conditions = params.entry("conditions");
  const name = params.text("name") ?? "_condition";
  const template = params.flag("template");
  const negated = params.flag("negated");
  if (!conditions) {
    params.fail(
      "conditions",
      "pipeline-missing-key",
      "add_condition needs the key 'conditions'.",
      "Add a map of fields under it.",
    );
    return undefined;
  }
  const { report } = params;
  const selection = (value: YamlNode): YamlMap => ({
    kind: "map",
    at: conditions.keyAt,
    entries: [{ key: name, keyAt: conditions.keyAt, value }],
  });
  const fixed = readSelections(selection(conditions.value), report, {})[0]?.expr;
  if (!fixed) return undefined;
  return (work, step) => {
    const expr = template ? read(selection(filled(conditions.value, work.rule.logsource))) : fixed;
    if (!expr) return "the condition's template can't be read once the log source is filled in";
    const added = mapItems(nodeOf(expr), (item) => changedBy(step, item)) ?? nodeOf(expr);
    work.node = { kind: "and", of: [negated ? { kind: "not", of: added } : added, work.node] };
    return undefined;
  };

  function read(map: YamlMap): Expr | undefined {
    return readSelections(map, createReport("", report.positionOf), {})[0]?.expr;
  }
}

/** Names that the rule leaves open become `None`, which is what pySigma writes there. */
function filled(node: YamlNode, logsource: LogSource): YamlNode {
  if (node.kind === "list") return { ...node, items: node.items.map((item) => filled(item, logsource)) };
  if (node.kind === "map") {
    return { ...node, entries: node.entries.map((entry) => ({ ...entry, value: filled(entry.value, logsource) })) };
  }
  if (typeof node.value !== "string") return node;
  const text = node.value.replace(
    /\$(\$|(?:\{(category|product|service)\})|(category|product|service)\b)/g,
    (_, all: string, braced?: string, bare?: string) =>
      all === "$" ? "$" : (logsource[(braced ?? bare) as keyof LogSource] ?? "None"),
  );
  return { ...node, value: text, text };
}
