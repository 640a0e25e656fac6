import type { Kysely, Transaction } from "kysely";

/** Known to this room alone: index.ts gives out the type of Tx and not this, so nobody else can make one. */
export const mint: unique symbol = Symbol("mint");

/**
 * A transaction that may write. Store functions that write demand one; only a Door makes them, and only `change` holds
 * the Door, so what was written was permitted and audited.
 */
export class Tx {
  readonly #transaction: Transaction<never>;

  constructor(key: typeof mint, transaction: Transaction<never>) {
    if (key !== mint) throw new TypeError("only the platform makes a Tx");
    this.#transaction = transaction;
  }

  /** The caller's own room's tables, to read and write. Refused once the transaction has ended. */
  tables<Tables>(): Kysely<Tables> {
    return this.#transaction as unknown as Kysely<Tables>;
  }
}
