import { createIndex, createTable, type Step } from "#platform";

export const steps: Step[] = [
  /** Alerts that are being opened: their findings are on their way into the lake. Only where processes share the records. */
  createTable("watch_alert_claims", {
    columns: {
      /** Of the alert. */
      id: { type: "text", primaryKey: true },
      key: { type: "text" },
      first_at: { type: "instant" },
      last_at: { type: "instant" },
      claimed_at: { type: "instant" },
    },
  }),
  createIndex("watch_alert_claims_key", { table: "watch_alert_claims", columns: ["key"] }),
];
