import { createIndex, type Step } from "#platform";

export const steps: Step[] = [
  createIndex("ledger_entries_kind", { table: "ledger_entries", columns: ["kind", "position"] }),
];
