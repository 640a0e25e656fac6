/** The Sigma language: read, check, plan, compile to a matcher or to SQL. Pure; no I/O, no clock. */
export { enterpriseTactics } from "./attack-tactics.ts";
export type * from "./event.ts";
export { flatLayout, unknownKind } from "./event.ts";
export { fold } from "./fold.ts";
export type * from "./plan.ts";
export { always, ANY, never, ONE } from "./plan.ts";
export type * from "./rule.ts";
export { levels } from "./rule.ts";
export type * from "./rule-set.ts";
export { createCorrelator } from "./correlate/correlator.ts";
export {
  type CorrelationMatch,
  type Correlator,
  type CorrelatorOptions,
  type CorrelatorStats,
  refsKept,
} from "./correlate/contract.ts";
export type { Held, Observation } from "./correlate/observation.ts";
export { reachOf } from "./correlate/reach.ts";
export type { CorrelatorSnapshot, Restored } from "./correlate/snapshot.ts";
export { evaluate } from "./match/evaluate.ts";
export { type ExplainedNode, type ExplainedTest, explain, type Explanation, seenReach } from "./match/explain.ts";
export { fieldRefReach } from "./match/field-ref.ts";
export { type MatchedValue, matchedValues } from "./match/matched-values.ts";
export { compileMatcher, type Matcher, type MatcherOptions } from "./match/matcher.ts";
export { fieldTexts } from "./match/field-texts.ts";
export { regexReach } from "./match/regex.ts";
export { type LogSourceMismatch, mismatches, routes } from "./match/routes.ts";
export { checkRules, lintRules } from "./read/lint/lint-rules.ts";
export { readRules } from "./read/read-rules.ts";
export type { ReadOptions, RuleFile } from "./read/read-documents.ts";
export { readPipeline, type ReadPipeline } from "./pipeline/read-pipeline.ts";
export { indexPrefilter, type IndexPrefilterOptions } from "./sql/index-prefilter.ts";
export { rawPrefilter, type RawPrefilterOptions } from "./sql/raw-prefilter.ts";
export { ruleToSql, type RuleSqlOptions } from "./sql/rule-sql.ts";
export {
  eventColumns,
  eventColumnsDefinition,
  hotColumnDefinition,
  type SqlColumns,
  type SqlTable,
} from "./sql/sql-table.ts";
export { pathReach, type StoredEvent, storedEvent, storedPath, storedText } from "./sql/stored-event.ts";
export { toReadableSql, toSql } from "./sql/to-sql.ts";
