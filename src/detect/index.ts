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
export { planFile } from "./scan/plan-tasks.ts";
export { runScan, type ScanHandlers, type ScanJob, type ScanOutcome, type ScanProgress } from "./scan/run-scan.ts";
export type { ScanTask } from "./scan/task.ts";
export type { ScannerSettings } from "./scan/worker-protocol.ts";
