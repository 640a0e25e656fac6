import { createIndex, createTable, type Step } from "#platform";

export const steps: Step[] = [
  /** What was written down and has no place in the log yet; rows leave for `ledger_entries`. */
  createTable("ledger_pending", {
    columns: {
      sequence: { type: "sequence" },
      at: { type: "instant" },
      kind: { type: "text" },
      subject: { type: "text" },
      body: { type: "json" },
    },
  }),
  createTable("ledger_entries", {
    columns: {
      /** From 0, without gaps. */
      position: { type: "integer", primaryKey: true },
      at: { type: "instant" },
      kind: { type: "text" },
      subject: { type: "text" },
      /** Exactly what was hashed. */
      leaf: { type: "text" },
    },
  }),
  createIndex("ledger_entries_subject", { table: "ledger_entries", columns: ["subject", "position"] }),
  /** The complete nodes of the tree, by the numbers of core/subtree.ts; entry i's leaf hash has 2i. */
  createTable("ledger_nodes", {
    columns: { id: { type: "integer", primaryKey: true }, hash: { type: "bytes" } },
  }),
  /** One row: what the log is called, how long it is, and who puts entries in order just now. */
  createTable("ledger_head", {
    columns: {
      id: { type: "integer", primaryKey: true },
      origin: { type: "text" },
      size: { type: "integer" },
      holder: { type: "text", nullable: true },
      held_until: { type: "instant", nullable: true },
    },
  }),
  /** Every key that has signed, each from the size at which it began. */
  createTable("ledger_keys", {
    columns: {
      verifier: { type: "text", primaryKey: true },
      since_size: { type: "integer" },
      since: { type: "instant" },
      ended_at: { type: "instant", nullable: true },
    },
  }),
  createTable("ledger_checkpoints", {
    columns: {
      size: { type: "integer", primaryKey: true },
      at: { type: "instant" },
      root: { type: "bytes" },
      /** The signed note, without cosignatures. */
      note: { type: "text" },
    },
  }),
  createTable("ledger_cosignatures", {
    columns: {
      size: { type: "integer" },
      witness: { type: "text" },
      at: { type: "instant" },
      /** One signature line of the note. */
      line: { type: "text" },
    },
    primaryKey: ["size", "witness"],
  }),
  /** What opens a seal; erased with the evidence that it is over. */
  createTable("ledger_salts", {
    columns: {
      seal: { type: "text", primaryKey: true },
      subject: { type: "text" },
      salt: { type: "bytes" },
    },
  }),
  createIndex("ledger_salts_subject", { table: "ledger_salts", columns: ["subject"] }),
];
