import { AsyncLocalStorage } from "node:async_hooks";
import { type Dialect, Kysely, type KyselyPlugin, sql, type Transaction } from "kysely";
import type { Clock } from "../clock.ts";
import { healthOf, type PartHealth } from "../health.ts";
import { backoff, type OnRetry } from "../retry.ts";
import type { Maker } from "./column.ts";
import { migrate } from "./migrate.ts";
import { type Migration, readMigrations } from "./migration.ts";
import { hasAnnounced, makeOutbox, type Outbox } from "./outbox.ts";
import type { OutboxTables } from "./outbox-tables.ts";
import type { Door, Held, Reading, Records } from "./records.ts";
import { mint, Tx } from "./tx.ts";

export interface KyselyRecordsOptions {
  readonly maker: Maker;
  readonly clock: Clock;
  readonly reading: Dialect;
  readonly writing: Dialect;
  readonly plugins?: KyselyPlugin[];
  /** Whether a transaction lost to another one and would succeed if it ran again. */
  readonly lostToAnother: (error: unknown) => boolean;
  readonly onRetry?: OnRetry | undefined;
  /** See `Records.hold`. */
  readonly hold: Records["hold"];
}

/** Records over two Kyselys, one that can only read; all that the two makers have in common. */
export class KyselyRecords implements Records {
  readonly maker: Maker;
  readonly outbox: Outbox;
  readonly #options: KyselyRecordsOptions;
  readonly #reading: Kysely<never>;
  readonly #writing: Kysely<never>;
  readonly #inside = new AsyncLocalStorage<true>();
  #claimed = false;
  /** Announced since the dispatcher last looked; `#wake` is the dispatcher, when it waits. */
  #announced = false;
  #wake: (() => void) | undefined;

  constructor(options: KyselyRecordsOptions) {
    const plugins = options.plugins ?? [];
    this.maker = options.maker;
    this.#options = options;
    this.#reading = new Kysely<never>({ dialect: options.reading, plugins });
    this.#writing = new Kysely<never>({ dialect: options.writing, plugins });
    this.outbox = makeOutbox({
      maker: options.maker,
      reading: this.#reading as unknown as Kysely<OutboxTables>,
      write: (work) => this.#transact((db) => work(db as unknown as Transaction<OutboxTables>)),
      announced: (signal) => this.#untilAnnounced(signal),
    });
  }

  tables<Tables>(): Reading<Tables> {
    return this.#reading as unknown as Reading<Tables>;
  }

  claimDoor(): Door {
    if (this.#claimed) throw new Error("the door was claimed already; there is one, and change() guards it");
    this.#claimed = true;
    return (work, { signal } = {}) => this.#enter(work, signal);
  }

  async migrate(migrations: readonly Migration[]): Promise<readonly string[]> {
    const own = await readMigrations("platform", new URL("../migrations/", import.meta.url));
    return (
      this.#writing
        .transaction()
        // Serializable would still see the tables as they were before it waited for the lock.
        .setIsolationLevel("read committed")
        .execute((db) =>
          migrate(
            db as unknown as Parameters<typeof migrate>[0],
            this.maker,
            [...own, ...migrations],
            this.#options.clock,
          ),
        )
    );
  }

  hold(name: string, signal: AbortSignal): Promise<Held> {
    return this.#options.hold(name, signal);
  }

  health(): Promise<PartHealth> {
    return healthOf(this.maker, async () => {
      await sql`select 1`.execute(this.#reading);
      return undefined;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reading.destroy();
    await this.#writing.destroy();
  }

  async #enter<Result>(work: (tx: Tx) => Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
    const { result, announced } = await this.#transact(async (db) => {
      const tx = new Tx(mint, db);
      const done = await work(tx);
      // The last look: past this point the transaction commits, whoever has gone away.
      signal?.throwIfAborted();
      return { result: done, announced: hasAnnounced(tx) };
    }, signal);
    if (announced) {
      this.#announced = true;
      this.#wake?.();
    }
    return result;
  }

  /** Serializable on both: SQLite has one writer, PostgreSQL finds conflicts and this runs the loser again. */
  async #transact<Result>(
    work: (db: Transaction<never>) => Promise<Result>,
    signal?: AbortSignal,
    tries = 1,
  ): Promise<Result> {
    if (this.#inside.getStore())
      throw new Error("a transaction inside a transaction waits for itself; hand the Tx down instead");
    signal?.throwIfAborted();
    const transaction = this.#writing.transaction().setIsolationLevel("serializable");
    try {
      return await this.#inside.run(true, () => transaction.execute(work));
    } catch (error) {
      if (tries >= mostTries || !this.#options.lostToAnother(error)) throw error;
      this.#options.onRetry?.();
      await this.#options.clock.sleep(backoff(tries, { first: 10, most: 500 }), signal);
      return this.#transact(work, signal, tries + 1);
    }
  }

  async #untilAnnounced(signal: AbortSignal): Promise<void> {
    if (!this.#announced && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      signal.addEventListener("abort", () => resolve(), { once: true });
      await promise;
      this.#wake = undefined;
    }
    this.#announced = false;
  }
}

const mostTries = 8;
