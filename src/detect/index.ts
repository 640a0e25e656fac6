/** Rules over events: loading, scanning, correlation, suppression, tallies. */
export type * from "./contract.ts";
export { correlationEventsKept, defaultLevel } from "./contract.ts";
export { createSuppression, type Suppression, type SuppressionOptions } from "./core/suppress.ts";
export {
  createTally,
  type Tally,
  type TalliedRule,
  type TallyKeeper,
  techniqueOf,
  type TimelineStep,
} from "./core/tally.ts";
export { findRuleFiles, type FoundRules } from "./rules/find-rule-files.ts";
export { loadRules, type LoadedRules, type LoadOptions } from "./rules/load-rules.ts";
export { planLog } from "./scan/plan-tasks.ts";
export { runScan, type ScanHandlers, type ScanJob, type ScanOutcome, type ScanProgress } from "./scan/run-scan.ts";
export type { ScanTask } from "./scan/task.ts";
export type { ScannerSettings } from "./scan/worker-protocol.ts";
export { readAttackCatalogue } from "./core/attack-catalogue.ts";
export {
  type AttackCatalogue,
  type AttackCoverage,
  attackCoverage,
  type CoveringRule,
} from "./core/attack-coverage.ts";
export { navigatorLayer } from "./core/navigator-layer.ts";
export { type RuleTestReport, type RuleTestResult, runRuleTests } from "./tests/run-rule-tests.ts";
export { ownSources } from "./scan/scan-lane.ts";
export { applyPipelines } from "./rules/apply-pipelines.ts";
export { chosenRules, ofLevel } from "./rules/of-level.ts";
export { type TrueExample, trueExamplesOf } from "./examples/true-examples.ts";
