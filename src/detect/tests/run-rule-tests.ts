import type { CorrelationRule, DetectionRule, RuleSet } from "#sigma";
import { createObservationKeeper } from "../scan/correlate-found.ts";
import { createScanLane } from "../scan/scan-lane.ts";
import type { ScanTask } from "../scan/task.ts";
import { examplesOf } from "../examples/rule-examples.ts";

export interface RuleTestResult {
  readonly rule: DetectionRule | CorrelationRule;
  readonly example: string;
  readonly outcome: "passed" | "failed" | "malformed";
  /** What went wrong, with what to do; absent when it passed. */
  readonly message?: string;
}

/** Rules with an example for each side: one that fires it and one that doesn't. */
export interface RuleTestReport {
  readonly results: readonly RuleTestResult[];
  readonly untested: readonly (DetectionRule | CorrelationRule)[];
  /** Tested, but on one side only. */
  readonly oneSided: readonly (DetectionRule | CorrelationRule)[];
}

/**
 * Runs each rule's own examples the way a scan would: bytes are recognised, read, routed and matched with every rule
 * loaded, so that a broken parser, pipeline or route fails the test as well as a broken rule does.
 */
export async function runRuleTests(ruleSet: RuleSet, signal: AbortSignal): Promise<RuleTestReport> {
  const rules = [...ruleSet.detections, ...ruleSet.correlations];
  const results: RuleTestResult[] = [];
  const expectations = new Map<string, { rule: DetectionRule | CorrelationRule; example: string; match: boolean }>();
  const untested: (DetectionRule | CorrelationRule)[] = [];
  const oneSided: (DetectionRule | CorrelationRule)[] = [];
  const tasks: ScanTask[] = [];
  for (const rule of rules) {
    const examples = examplesOf(rule);
    const sides = new Set<boolean>();
    for (const example of examples) {
      if ("problem" in example) {
        results.push({ rule, example: example.name, outcome: "malformed", message: example.problem });
        continue;
      }
      sides.add(example.match);
      const name = `${rule.id} ${tasks.length}`;
      expectations.set(name, { rule, example: example.name, match: example.match });
      tasks.push({ kind: "bytes", name, bytes: example.bytes, offset: 0, consumed: 0 });
    }
    if (examples.length === 0) untested.push(rule);
    else if (sides.size < 2) oneSided.push(rule);
  }
  const fired = await firedBy(ruleSet, tasks, signal);
  for (const [name, { rule, example, match }] of expectations) {
    const outcome = (fired.get(name)?.has(rule.id) ?? false) === match;
    results.push({
      rule,
      example,
      outcome: outcome ? "passed" : "failed",
      ...(!outcome && { message: match ? "it was to fire and didn't" : "it fired and was not to" }),
    });
  }
  return { results, untested, oneSided };
}

/** Name of each input → ids of the rules that fired on it. */
async function firedBy(
  ruleSet: RuleSet,
  tasks: readonly ScanTask[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  // Rules that only serve a correlation are silent in a scan; here each one's own examples must speak.
  const speaking: RuleSet = { ...ruleSet, silent: [] };
  const lane = createScanLane(speaking, { index: true, routing: true, limits: {} });
  const fired = new Map<string, ReadonlySet<string>>();
  for (const task of tasks) {
    const ids = new Set<string>();
    // One for each example: a correlation must not see the events of another.
    const observations = createObservationKeeper(speaking);
    for await (const part of lane.work(task, signal)) {
      for (const number of part.rules) ids.add(ruleSet.detections[number]!.id);
      for (const observed of part.observations) observations.keep(observed);
    }
    for (const { rule } of observations.findings()) ids.add(rule.id);
    fired.set(task.name, ids);
  }
  return fired;
}
