import type { ReadonlyKysely } from "kysely/readonly";
import type { PartHealth } from "../health.ts";
import type { Maker } from "./column.ts";
import type { Migration } from "./migration.ts";
import type { Outbox } from "./outbox.ts";
import type { Tx } from "./tx.ts";

/** Tables that can be read and not written: the compiler refuses a write, and so does the database. */
export type Reading<Tables> = ReadonlyKysely<Tables>;

/** What a store function takes that reads outside of a transaction (`records.tables()`) and inside of one (`tx.tables()`) alike. */
export type Reader<Tables> = Pick<Reading<Tables>, "selectFrom" | "fn">;

/**
 * The way to a transaction. `work` runs in it, committed when it resolves and rolled back when it rejects; it runs
 * again, from the start, when PostgreSQL finds that two transactions could not have come one after the other, so it
 * does nothing but read and write through its `Tx`.
 */
export type Door = <Result>(
  work: (tx: Tx) => Promise<Result>,
  options?: { readonly signal?: AbortSignal },
) => Promise<Result>;

/** The records that people and rooms keep: small, related, never lost once acknowledged. */
export interface Records extends AsyncDisposable {
  readonly maker: Maker;
  /** To read. `Tables` are the caller's own room's. */
  tables<Tables>(): Reading<Tables>;
  /**
   * Hands out the only way to write, once: the room that guards the door (`change`) claims it at start-up. Throws for
   * everybody who comes later.
   */
  claimDoor(): Door;
  /**
   * Runs, in one transaction, what has not run on this database yet; gives back their names, `room/0001-people`.
   * Throws a MigrationError, and changes nothing, when the database and the program do not agree on the past.
   */
  migrate(migrations: readonly Migration[]): Promise<readonly string[]>;
  readonly outbox: Outbox;
  /**
   * Resolves once no other process on these records holds this name; it is held until disposed of, or lost. Where nobody
   * else can have the records open, at once. Rejects when the signal aborts, or the database cannot be asked.
   */
  hold(name: string, signal: AbortSignal): Promise<Held>;
  health(signal?: AbortSignal): Promise<PartHealth>;
}

/** A name that this process holds and no other does. */
export interface Held extends AsyncDisposable {
  /** Aborts when the hold has ended, disposal included: within seconds another process may hold the name. */
  readonly lost: AbortSignal;
}
