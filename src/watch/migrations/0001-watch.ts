import { createIndex, createTable, type Step } from "#platform";

export const steps: Step[] = [
  createTable("watch_alerts", {
    columns: {
      id: { type: "text", primaryKey: true },
      /** Rule and entity: what further findings are joined by. */
      key: { type: "text" },
      rule: { type: "text" },
      title: { type: "text" },
      type: { type: "text", oneOf: ["detection", "correlation", "risk", "health"] },
      level: { type: "text", oneOf: ["informational", "low", "medium", "high", "critical"] },
      /** JSON list. */
      tags: { type: "json" },
      entity: { type: "text" },
      host: { type: "text" },
      user: { type: "text" },
      source: { type: "text" },
      state: { type: "text", oneOf: ["open", "acknowledged", "closed"] },
      verdict: { type: "text", nullable: true, oneOf: ["true-positive", "benign", "false-positive"] },
      reason: { type: "text", default: "" },
      assignee: { type: "text", nullable: true },
      findings: { type: "integer" },
      first_at: { type: "instant" },
      last_at: { type: "instant" },
      raised_at: { type: "instant" },
      acknowledged_at: { type: "instant", nullable: true },
      acknowledged_by: { type: "text", nullable: true },
      closed_at: { type: "instant", nullable: true },
      closed_by: { type: "text", nullable: true },
      /** JSON list of matched values of the first finding, or what a correlation says of itself. */
      sample: { type: "json" },
    },
  }),
  createIndex("watch_alerts_newest", { table: "watch_alerts", columns: ["raised_at", "id"] }),
  createIndex("watch_alerts_key", { table: "watch_alerts", columns: ["key", "last_at"] }),
  createIndex("watch_alerts_rule", { table: "watch_alerts", columns: ["rule", "raised_at"] }),
  createIndex("watch_alerts_state", { table: "watch_alerts", columns: ["state", "raised_at"] }),
  createTable("watch_progress", {
    columns: {
      name: { type: "text", primaryKey: true },
      at: { type: "instant" },
    },
  }),
  createTable("watch_rule_sets", {
    columns: {
      id: { type: "text", primaryKey: true },
      name: { type: "text", unique: true },
      kind: { type: "text", oneOf: ["own", "folder", "git"] },
      place: { type: "text" },
      branch: { type: "text", nullable: true },
      /** Commit that the checkout has to be at, where somebody pinned it. */
      pin: { type: "text", nullable: true },
      enabled: { type: "flag" },
      level: { type: "text", oneOf: ["informational", "low", "medium", "high", "critical"] },
      made_at: { type: "instant" },
      made_by: { type: "text" },
    },
  }),
  createTable("watch_rules_off", {
    columns: {
      rule: { type: "text", primaryKey: true },
      reason: { type: "text" },
      at: { type: "instant" },
      by: { type: "text" },
    },
  }),
  createTable("watch_exceptions", {
    columns: {
      id: { type: "text", primaryKey: true },
      rule: { type: "text", nullable: true },
      /** JSON: the condition as it was written. */
      condition: { type: "json" },
      owner: { type: "text" },
      reason: { type: "text" },
      made_at: { type: "instant" },
      made_by: { type: "text" },
      expires_at: { type: "instant", nullable: true },
      ended_at: { type: "instant", nullable: true },
      ended_by: { type: "text", nullable: true },
      hits: { type: "integer", default: 0 },
      last_hit_at: { type: "instant", nullable: true },
    },
  }),
  createIndex("watch_exceptions_rule", { table: "watch_exceptions", columns: ["rule"] }),
  createTable("watch_suppressions", {
    columns: {
      id: { type: "text", primaryKey: true },
      rule: { type: "text" },
      entity: { type: "text", nullable: true },
      reason: { type: "text" },
      made_at: { type: "instant" },
      made_by: { type: "text" },
      until_at: { type: "instant" },
      ended_at: { type: "instant", nullable: true },
      hits: { type: "integer", default: 0 },
    },
  }),
];
