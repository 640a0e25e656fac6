import { createIndex, createTable, type Step } from "#platform";

export const steps: Step[] = [
  createTable("watch_replays", {
    columns: {
      id: { type: "text", primaryKey: true },
      /** `try`: only looks; `repair`: keeps what was missing. */
      purpose: { type: "text", oneOf: ["try", "repair"] },
      /** Id of a rule, "" for the text of one or for all that are on. */
      rule: { type: "text" },
      /** What people know it by. */
      title: { type: "text" },
      from_at: { type: "instant" },
      to_at: { type: "instant" },
      exact: { type: "flag" },
      state: { type: "text", oneOf: ["running", "done", "failed", "cancelled"] },
      why: { type: "text", default: "" },
      /** JSON, once it is done. */
      result: { type: "json", nullable: true },
      made_at: { type: "instant" },
      made_by: { type: "text" },
      ended_at: { type: "instant", nullable: true },
    },
  }),
  createIndex("watch_replays_newest", { table: "watch_replays", columns: ["made_at", "id"] }),
  createTable("watch_canary", {
    columns: {
      rule: { type: "text", primaryKey: true },
      state: { type: "text", oneOf: ["alive", "dead", "none"] },
      why: { type: "text", default: "" },
      /** Whether its example is its own, or was made of its words. */
      example: { type: "text", oneOf: ["own", "made", "none"] },
      /** Since when it is in this state. */
      since_at: { type: "instant" },
    },
  }),
];
