import type { StoreStep } from "../table-ddl.ts";

/** What a replay found that was not found when its event came. */
export const steps: readonly StoreStep[] = [
  { does: "add column", table: "findings", name: "late", type: "LowCardinality(String)" },
];
