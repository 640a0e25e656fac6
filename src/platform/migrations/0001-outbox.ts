import { createIndex, createTable, type Step } from "../records/migration.ts";

export const steps: Step[] = [
  createTable("platform_outbox", {
    columns: {
      sequence: { type: "sequence" },
      id: { type: "text", unique: true },
      name: { type: "text" },
      body: { type: "json" },
      announced_at: { type: "instant" },
      /** Whether each handler that wants it has a row in platform_delivery. */
      handed_out: { type: "flag", default: 0 },
    },
  }),
  createIndex("platform_outbox_waiting", {
    table: "platform_outbox",
    columns: ["sequence"],
    where: "handed_out = 0",
  }),
  createTable("platform_delivery", {
    columns: {
      event_id: {
        type: "text",
        references: { table: "platform_outbox", column: "id", onDelete: "cascade" },
      },
      handler: { type: "text" },
      state: { type: "text", oneOf: ["waiting", "delivered", "dead"], default: "waiting" },
      attempts: { type: "integer", default: 0 },
      /** When it may be tried next; while a process is trying it, when that process counts as gone. */
      due_at: { type: "instant" },
      problem: { type: "text", nullable: true },
    },
    primaryKey: ["event_id", "handler"],
  }),
  createIndex("platform_delivery_due", {
    table: "platform_delivery",
    columns: ["due_at"],
    where: "state = 'waiting'",
  }),
  createTable("platform_handled", {
    columns: {
      handler: { type: "text" },
      event_id: { type: "text" },
      handled_at: { type: "instant" },
    },
    primaryKey: ["handler", "event_id"],
  }),
];
