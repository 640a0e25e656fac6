/** Storing, searching, keeping and forgetting events. */
export type * from "./contract.ts";
export { createSpeller, type SpellerOptions } from "./spell/create-speller.ts";
export { createSearch, type Search, type SearchOptions } from "./search/create-search.ts";
export { searchPermissions } from "./search/permissions.ts";
export { type SearchLimits, searchLimits } from "./search/query-runner.ts";
export { createLake, type Lake, type LakeOptions } from "./create-lake.ts";
export { createLakeStore, type LakeStoreOptions, type OpenLakeStore } from "./create-lake-store.ts";
export { permissions } from "./permissions.ts";
export {
  createEventsReading,
  type EventFilter,
  eventFilter,
  type EventsReading,
  type KindCount,
  type StoredRow,
  type Stripe,
  type TimeSpan,
} from "./events-reading.ts";
export { createFindingsReading, type DayHits, type FindingsReading, type RuleHits } from "./findings-reading.ts";
export { createLetterBox, type FiledLetter } from "./letter-box.ts";
export {
  createValuesReading,
  type SoughtColumn,
  soughtColumns,
  type SoughtRow,
  type ValuesReading,
} from "./values-reading.ts";
export {
  createRiskReading,
  type EntityFinding,
  type EntityRule,
  type RiskQuestion,
  type RiskReading,
  type RiskyEntity,
} from "./risk-reading.ts";
