import type { DetectionRule, RulePipeline, RuleSet, SetAside } from "#sigma";

/**
 * Rewrites a set's detections by pipelines, in order, whatever kind of event they will be asked of. A rule that a pipeline
 * refuses is set aside with what the pipeline says; correlations built on it then never see it hold.
 */
export function applyPipelines(ruleSet: RuleSet, pipelines: readonly RulePipeline[]): RuleSet {
  if (pipelines.length === 0) return ruleSet;
  const detections: DetectionRule[] = [];
  const refused: SetAside[] = [];
  for (const rule of ruleSet.detections) {
    const rewritten = rewrite(rule, pipelines);
    if ("reason" in rewritten) refused.push(rewritten);
    else detections.push(rewritten);
  }
  return {
    ...ruleSet,
    detections,
    setAside: [...ruleSet.setAside, ...refused],
    findings: [...ruleSet.findings, ...refused.map(({ reason }) => reason)],
  };
}

function rewrite(rule: DetectionRule, pipelines: readonly RulePipeline[]): DetectionRule | SetAside {
  let now = rule;
  for (const pipeline of pipelines) {
    const next = pipeline.apply(now);
    if ("refused" in next) return aside(rule, pipeline.name, next.refused);
    now = next;
  }
  return now;
}

function aside({ id, title, source }: DetectionRule, pipeline: string, why: string): SetAside {
  const { file, line } = source;
  return {
    id,
    title,
    file,
    reason: {
      severity: "error",
      code: "pipeline-refused",
      message: `The pipeline "${pipeline}" refuses this rule: ${why}.`,
      advice: "Ask it without the pipeline, or change the pipeline.",
      file,
      line,
      column: 1,
    },
  };
}
