import { createIndex, createTable, type Step } from "#platform";

export const steps: Step[] = [
  createTable("access_people", {
    columns: {
      id: { type: "text", primaryKey: true },
      name: { type: "text" },
      role: { type: "text", oneOf: ["owner", "responder", "reader"] },
      since: { type: "instant" },
      ended_at: { type: "instant", nullable: true },
    },
  }),
  createTable("access_links", {
    columns: {
      id: { type: "text", primaryKey: true },
      /** SHA-256 of the token, in hex. */
      hash: { type: "text", unique: true },
      person: { type: "text", references: { table: "access_people", column: "id" } },
      made_at: { type: "instant" },
      expires_at: { type: "instant" },
      used_at: { type: "instant", nullable: true },
    },
  }),
  createTable("access_sessions", {
    columns: {
      id: { type: "text", primaryKey: true },
      /** SHA-256 of the token, in hex. */
      hash: { type: "text", unique: true },
      person: { type: "text", references: { table: "access_people", column: "id" } },
      begun_at: { type: "instant" },
      expires_at: { type: "instant" },
      ended_at: { type: "instant", nullable: true },
      agent: { type: "text" },
      peer: { type: "text" },
    },
  }),
  createIndex("access_sessions_person", { table: "access_sessions", columns: ["person"] }),
  createTable("access_audit", {
    columns: {
      sequence: { type: "sequence" },
      at: { type: "instant" },
      actor: { type: "text" },
      action: { type: "text" },
      outcome: { type: "text", oneOf: ["done", "refused"] },
      subject: { type: "text", nullable: true },
      details: { type: "json" },
    },
  }),
];
