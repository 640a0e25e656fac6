import { createIndex, createTable, type Step } from "#platform";

export const steps: Step[] = [
  createTable("watch_indicator_lists", {
    columns: {
      id: { type: "text", primaryKey: true },
      name: { type: "text", unique: true },
      owner: { type: "text" },
      /** Where its indicators come from. */
      source: { type: "text" },
      level: { type: "text", oneOf: ["informational", "low", "medium", "high", "critical"] },
      /** 0 to 100: of indicators that say none of their own. */
      confidence: { type: "integer" },
      /** Milliseconds until an indicator ends that says no end of its own. */
      lifetime: { type: "integer", nullable: true },
      enabled: { type: "flag" },
      made_at: { type: "instant" },
      made_by: { type: "text" },
      changed_at: { type: "instant" },
      /** Grows with every change of the list or of its indicators. */
      revision: { type: "integer", default: 0 },
    },
  }),
  createTable("watch_indicators", {
    columns: {
      /** 32 hex digits of list, type, value and reach. */
      id: { type: "text", primaryKey: true },
      list: { type: "text", references: { table: "watch_indicator_lists", column: "id", onDelete: "cascade" } },
      type: { type: "text", oneOf: ["ip", "cidr", "domain", "url", "hash", "user"] },
      value: { type: "text" },
      reach: { type: "text", oneOf: ["exact", "below", "only-below"] },
      valid_from: { type: "instant", nullable: true },
      valid_until: { type: "instant", nullable: true },
      confidence: { type: "integer", nullable: true },
      /** JSON list. */
      labels: { type: "json" },
      reference: { type: "text" },
      /** What it came with last. */
      upload: { type: "text" },
      added_at: { type: "instant" },
      added_by: { type: "text" },
    },
  }),
  createIndex("watch_indicators_list", { table: "watch_indicators", columns: ["list", "id"] }),
  createIndex("watch_indicators_until", { table: "watch_indicators", columns: ["valid_until"] }),
  /** How much more, or less, a risk to an entity weighs. */
  createTable("watch_entity_weights", {
    columns: {
      entity: { type: "text", primaryKey: true },
      factor: { type: "real" },
      reason: { type: "text" },
      changed_at: { type: "instant" },
      changed_by: { type: "text" },
    },
  }),
  createTable("watch_risk_points", {
    columns: {
      level: { type: "text", primaryKey: true, oneOf: ["informational", "low", "medium", "high", "critical"] },
      points: { type: "real" },
      changed_at: { type: "instant" },
      changed_by: { type: "text" },
    },
  }),
];
