import { createTable, type Step } from "#platform";

export const steps: Step[] = [
  createTable("lake_retention", {
    columns: {
      id: { type: "text", primaryKey: true },
      of: { type: "text", oneOf: ["events", "findings", "dead_letters"] },
      /** "" for every source. */
      source: { type: "text" },
      /** class_uid; -1 for every class. */
      class: { type: "integer" },
      days: { type: "integer" },
      set_at: { type: "instant" },
      set_by: { type: "text" },
    },
    unique: [["of", "source", "class"]],
  }),
  createTable("lake_holds", {
    columns: {
      id: { type: "text", primaryKey: true },
      reason: { type: "text" },
      owner: { type: "text" },
      /** "" for any. */
      source: { type: "text" },
      host: { type: "text" },
      user: { type: "text" },
      from_time: { type: "instant", nullable: true },
      to_time: { type: "instant", nullable: true },
      placed_at: { type: "instant" },
      placed_by: { type: "text" },
      lifted_at: { type: "instant", nullable: true },
      lifted_by: { type: "text", nullable: true },
    },
  }),
  createTable("lake_erasures", {
    columns: {
      id: { type: "text", primaryKey: true },
      kind: { type: "text", oneOf: ["user", "host", "address", "text"] },
      /** Forgotten itself once it was erased. */
      subject: { type: "text", nullable: true },
      /** SHA-256 of kind, NUL and subject, in hex. */
      fingerprint: { type: "text" },
      reason: { type: "text" },
      state: { type: "text", oneOf: ["running", "done", "held", "failed"] },
      asked_at: { type: "instant" },
      asked_by: { type: "text" },
      ended_at: { type: "instant", nullable: true },
      /** Rows erased and held, by table. */
      counts: { type: "json" },
    },
  }),
];
