import { createTable, type Step } from "#platform";

export const steps: Step[] = [
  /** `threshold`: the risk from which on an entity raises an alert. */
  createTable("watch_risk_settings", {
    columns: {
      name: { type: "text", primaryKey: true },
      value: { type: "real" },
      changed_at: { type: "instant" },
      changed_by: { type: "text" },
    },
  }),
];
