import { hash } from "node:crypto";
import type { Clock, Events } from "#platform";
import type { DeadLetter, LakeBatch, LakeStore } from "./contract.ts";
import { OnceTable } from "./once/once-table.ts";
import { OthersInserts } from "./once/others-inserts.ts";
import { migrateStore } from "./store/migrate-store.ts";

export interface LakeStoreOptions {
  readonly events: Events;
  readonly clock: Clock;
  /** Name of the ClickHouse cluster that keeps the tables; without it they are on one machine. */
  readonly cluster?: string | undefined;
}

export interface OpenLakeStore extends LakeStore {
  /** Brings the tables up to date and remembers what was stored last. Before anything else; throws refusals. */
  open(signal?: AbortSignal): Promise<void>;
}

/** The storing half alone: what a process needs that only takes events in. */
export function createLakeStore({ events, clock, cluster }: LakeStoreOptions): OpenLakeStore {
  // What is reached over a network may be stored into by others.
  const others = events.maker === "clickhouse" ? new OthersInserts({ events, clock, cluster }) : undefined;
  const once = (table: string, id: string, slots: number) =>
    new OnceTable({ events, clock, table, id, recent: { slots, generations: 6 }, others });
  const tables = {
    events: once("events", "uid", 2 ** 23),
    findings: once("findings", "id", 2 ** 18),
    letters: once("dead_letters", "id", 2 ** 18),
  };
  return {
    async open(signal) {
      await migrateStore(events, clock, cluster);
      for (const table of Object.values(tables)) await table.remember(signal);
    },
    store: (batch, options) => tables.events.store(batch, options),
    storeFindings: (rows, options) =>
      tables.findings.store(
        batchOf(rows, ({ id }) => id),
        options,
      ),
    keepDeadLetters: (letters, options) =>
      tables.letters.store(
        batchOf(letters.map(letterRow), ({ id }) => id),
        options,
      ),
  };
}

function batchOf<Row>(rows: readonly Row[], idOf: (row: Row) => string): LakeBatch {
  const lines = rows.map((row) => Buffer.from(`${JSON.stringify(row, wellFormed)}\n`));
  let end = 0;
  return {
    rows: new Uint8Array(Buffer.concat(lines)),
    ends: Uint32Array.from(lines, (line) => (end += line.length)),
    uids: new Uint8Array(Buffer.from(rows.map(idOf).join(""), "hex")),
  };
}

/** Half of a surrogate pair has no bytes in UTF-8, and the engine takes no escape of it either. */
function wellFormed(_: string, value: unknown): unknown {
  return typeof value === "string" && !value.isWellFormed() ? value.toWellFormed() : value;
}

function letterRow({ bytes, index: number, ...letter }: DeadLetter) {
  const { source, delivery } = letter;
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  return {
    id: hash("sha256", `${source}\0${delivery}\0${number}\0${content}`).slice(0, 32),
    ...letter,
    number,
    bytes: content,
  };
}
