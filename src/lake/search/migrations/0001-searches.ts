import { createIndex, createTable, type Step } from "#platform";

export const steps: Step[] = [
  createTable("lake_searches", {
    columns: {
      id: { type: "text", primaryKey: true },
      name: { type: "text" },
      query: { type: "text" },
      lookup: { type: "text", oneOf: ["events", "findings"] },
      /** As it was asked: `-24h`. */
      from_time: { type: "text", nullable: true },
      to_time: { type: "text", nullable: true },
      /** An actor as the audit trail names it. */
      owner: { type: "text" },
      shared: { type: "flag" },
      made_at: { type: "instant" },
      changed_at: { type: "instant" },
    },
  }),
  createIndex("lake_searches_owner", { table: "lake_searches", columns: ["owner"] }),
];
