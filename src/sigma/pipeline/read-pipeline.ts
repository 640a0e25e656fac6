import type { PipelineRefusal, RulePipeline } from "../event.ts";
import { createPositions } from "../read/positions.ts";
import { createReport, type Report } from "../read/report.ts";
import { readYaml } from "../read/yaml/read-yaml.ts";
import type { DetectionRule, Finding } from "../rule.ts";
import { exprOf, nodeOf } from "./detection-item.ts";
import { Params } from "./params.ts";
import { readSteps } from "./read-steps.ts";
import { takeSteps, type Step, type Work } from "./step.ts";

export interface ReadPipeline {
  /** Left out when something in the file can't be carried out: half a pipeline would change what rules mean. */
  readonly pipeline?: RulePipeline;
  /** Pipelines are applied lowest priority first; 0 when the file names none. */
  readonly priority: number;
  /** What placeholder transformations say placeholders stand for: to be given to `readRules`. */
  readonly placeholders: Readonly<Record<string, readonly string[]>>;
  readonly findings: readonly Finding[];
}

/**
 * Reads a processing pipeline in pySigma's YAML format (one document). It is applied to plans, so all that shapes query
 * text (postprocessing, finalizers) has no place here. Never throws; what can't be carried out is an error in `findings`.
 */
export function readPipeline(text: string, file: string): ReadPipeline {
  const positions = createPositions(text);
  const reports: Report[] = [];
  const documents = readYaml(text, () => {
    const report = createReport(file, positions);
    reports.push(report);
    return report;
  });
  const [document] = documents;
  const report = document?.report ?? createReport(file, positions);
  if (documents.length > 1) {
    report.error(
      documents[1]!.at,
      "pipeline-two-documents",
      "A pipeline file holds one document.",
      "Put the second one into its own file.",
    );
  }
  const placeholders = new Map<string, readonly string[]>();
  const read = document?.root && readRoot(new Params(document.root, report, "pipeline"), file, placeholders);
  if (!document) {
    report.error(
      0,
      "pipeline-empty",
      "The file holds no pipeline.",
      "A pipeline starts with `name:` and `transformations:`.",
    );
    reports.push(report);
  }
  const findings = reports.flatMap((one) => one.findings);
  const isUsable = read && !findings.some(({ severity }) => severity === "error");
  return {
    ...(isUsable && { pipeline: createPipeline(read.name, read.steps) }),
    priority: read?.priority ?? 0,
    placeholders: Object.fromEntries(placeholders),
    findings,
  };
}

function readRoot(params: Params, file: string, placeholders: Map<string, readonly string[]>) {
  const name = params.text("name") ?? file;
  const priority = Number(params.scalar("priority") ?? 0);
  if (!Number.isFinite(priority)) {
    params.fail("priority", "pipeline-wrong-value", "'priority' must be a number.", "Write a whole number.");
  }
  params.texts("allowed_backends");
  const vars = params.entry("vars") ? params.needTextsByText("vars") : undefined;
  const steps = readSteps(params, "transformations", { vars: vars ?? new Map(), placeholders });
  if (params.entry("postprocessing")) {
    const advice = "Remove it from the copy that Meridian reads.";
    params.fail(
      "postprocessing",
      "pipeline-unsupported",
      "Postprocessing changes query text, and there is none here.",
      advice,
    );
  }
  if (params.entry("finalizers")) {
    const at = params.entry("finalizers")!.keyAt;
    const advice = "Nothing to do; the rules mean the same without them.";
    params.report.warning(
      at,
      "pipeline-unused-finalizers",
      "Finalizers shape written queries and are not used here.",
      advice,
    );
  }
  params.finish();
  return { name, priority, steps };
}

function createPipeline(name: string, steps: readonly Step[]): RulePipeline {
  return { name, apply: (rule) => applySteps(steps, rule) };
}

function applySteps(steps: readonly Step[], rule: DetectionRule): DetectionRule | PipelineRefusal {
  const node = nodeOf(rule.plan);
  const work: Work = { rule, node, state: new Map(), applied: new Set(), fieldsMadeBy: new Map(), mapped: new Set() };
  const refused = takeSteps(steps, work);
  if (refused !== undefined) return { refused };
  if (work.node === node) return work.rule;
  return { ...work.rule, plan: exprOf(work.node) };
}
