import { unknownKind, type JsonObject, type PipelineRefusal } from "../../event.ts";
import { evaluate } from "../../match/evaluate.ts";
import { readRules } from "../../read/read-rules.ts";
import type { DetectionRule } from "../../rule.ts";
import { readPipeline } from "../read-pipeline.ts";

/** A rule with one or more selections; `detection` is YAML in flow style. */
export function ruleOf(
  detection: string,
  logsource = "product: windows, category: process_creation",
  more = "",
): DetectionRule {
  const text = `title: Test\nid: 5f1abf38-0000-4000-8000-000000000001\nlevel: high\nstatus: test\ntags: [attack.t1059]\nfields: [Image, User]\n${more}logsource: {${logsource}}\ndetection: ${detection}\n`;
  const { detections, setAside } = readRules([{ file: "rule.yml", text }]);
  const [rule] = detections;
  if (!rule) throw new Error(JSON.stringify(setAside));
  return rule;
}

/** Applies a pipeline given as the YAML of its transformations. */
export function applied(transformations: string, rule: DetectionRule, head = ""): DetectionRule | PipelineRefusal {
  const { pipeline, findings } = readPipeline(
    `name: test\n${head}transformations:\n${transformations}`,
    "pipeline.yml",
  );
  if (!pipeline) throw new Error(JSON.stringify(findings));
  return pipeline.apply(rule);
}

export function holds(rule: DetectionRule | PipelineRefusal, body: JsonObject): boolean {
  if ("refused" in rule) throw new Error(rule.refused);
  return evaluate(rule.plan, { kind: unknownKind, body });
}
