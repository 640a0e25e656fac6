import type { Clock, Events } from "#platform";

export interface OthersInsertsOptions {
  readonly events: Pick<Events, "query">;
  readonly clock: Clock;
  /** Name of the cluster; without it there is one server. */
  readonly cluster?: string | undefined;
}

/** Milliseconds between two looks, and after which nobody waits any longer. */
const lookEvery = 20;
const longest = 60_000;

/**
 * The inserts that a store of events has begun, whoever sent them: one whose sender has died goes on, and what it stores
 * can be found only once it is done.
 */
export class OthersInserts {
  readonly #options: OthersInsertsOptions;
  readonly #running: string;

  constructor(options: OthersInsertsOptions) {
    this.#options = options;
    const { cluster } = options;
    const processes = cluster === undefined ? "system.processes" : `clusterAllReplicas(${cluster}, system.processes)`;
    this.#running = `select distinct query_id as id from ${processes} where query_kind = 'Insert'`;
  }

  /** Resolves once those that run now are done. */
  async settled(): Promise<void> {
    const { clock } = this.#options;
    const until = clock.now() + longest;
    for (let waited = await this.#ids(); waited.size > 0 && clock.now() < until;) {
      await clock.sleep(lookEvery);
      waited = waited.intersection(await this.#ids());
    }
  }

  async #ids(): Promise<Set<string>> {
    const rows = await this.#options.events.query<{ id: string }>(this.#running);
    return new Set(rows.map(({ id }) => id));
  }
}
