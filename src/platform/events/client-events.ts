import { availableParallelism } from "node:os";
import { Readable } from "node:stream";
import { type ClickHouseClient, ClickHouseLogLevel, type ClickHouseSettings } from "@clickhouse/client";
import { assertRowsOnly } from "./assert-rows-only.ts";
import { healthOf, type PartHealth } from "../health.ts";
import {
  type CommandOptions,
  type EventRow,
  type Events,
  EventsError,
  eventsError,
  queryLimits,
  type QueryLimits,
  type QueryOptions,
} from "./events.ts";
import { parseRow } from "./parse-row.ts";

/** Errors reach the caller; the client is not to print them as well. */
export const clientLog = { level: ClickHouseLogLevel.OFF };

/** Settings that make both makers say the same thing. */
const always: ClickHouseSettings = {
  session_timezone: "UTC",
  date_time_output_format: "iso",
  date_time_input_format: "best_effort",
  output_format_json_quote_64bit_integers: 0,
};

const inserting: ClickHouseSettings = {
  ...always,
  // An insert that is answered before it is written would be a promise that a crash breaks.
  async_insert: 0,
  insert_distributed_sync: 1,
  wait_end_of_query: 1,
  input_format_skip_unknown_fields: 0,
};

/** In this process a question leaves half of the processors to those who write; on a server its own settings say. */
const sharedProcessor: ClickHouseSettings = { max_threads: String(Math.max(2, availableParallelism() >> 1)) as never };

/** Events over `@clickhouse/client`: all that the two makers have in common, which is all but the connection. */
export class ClientEvents implements Events {
  readonly maker: "chdb" | "clickhouse";
  readonly #client: ClickHouseClient;
  readonly #inserting: ClickHouseClient;
  readonly #durable = new Map<string, Promise<void>>();

  /** `inserting` has connections of its own, where questions could take all that there are. */
  constructor(maker: "chdb" | "clickhouse", client: ClickHouseClient, inserting: ClickHouseClient) {
    this.maker = maker;
    this.#client = client;
    this.#inserting = inserting;
  }

  async command(sql: string, { parameters, signal }: CommandOptions = {}): Promise<void> {
    await this.#ask(signal, () =>
      this.#client.command({
        query: sql,
        clickhouse_settings: { ...always, wait_end_of_query: 1 },
        ...(parameters && { query_params: parameters }),
        ...(signal && { abort_signal: signal }),
      }),
    );
  }

  async insert(table: string, rows: readonly EventRow[], { signal }: { signal?: AbortSignal } = {}): Promise<void> {
    if (!tableName.test(table)) throw new RangeError(`not the name of a table: ${table}`);
    if (rows.length === 0) return;
    await this.#assertDurable(table);
    await this.#ask(signal, () =>
      this.#inserting.insert({
        table,
        values: rows,
        format: "JSONEachRow",
        clickhouse_settings: inserting,
        ...(signal && { abort_signal: signal }),
      }),
    );
  }

  async insertLines(
    table: string,
    lines: Uint8Array<ArrayBuffer>,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<void> {
    if (!tableName.test(table)) throw new RangeError(`not the name of a table: ${table}`);
    if (lines.length === 0) return;
    const bytes = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength);
    assertRowsOnly(bytes);
    await this.#assertDurable(table);
    await this.#ask(signal, async () => {
      const { stream } = await this.#inserting.exec({
        query: `INSERT INTO ${table} FORMAT JSONEachRow`,
        values: Readable.from([bytes], { objectMode: false }),
        clickhouse_settings: inserting,
        ...(signal && { abort_signal: signal }),
      });
      await stream.forEach(() => undefined);
    });
  }

  async query<Row>(sql: string, options: QueryOptions = {}): Promise<Row[]> {
    const rows: Row[] = [];
    for await (const batch of this.stream<Row>(sql, options)) for (const row of batch) rows.push(row);
    return rows;
  }

  async *stream<Row>(sql: string, options: QueryOptions = {}): AsyncGenerator<Row[], void, undefined> {
    const { parameters, signal, limits, ahead } = options;
    const client = ahead ? this.#inserting : this.#client;
    const result = await this.#ask(signal, () =>
      client.query({
        query: sql,
        format: "JSONEachRow",
        clickhouse_settings: {
          ...always,
          ...limitSettings({ ...queryLimits, ...limits }),
          ...(this.maker === "chdb" && sharedProcessor),
        },
        ...(parameters && { query_params: parameters }),
        ...(signal && { abort_signal: signal }),
      }),
    );
    const rows = result.stream<Row>();
    // The client stops listening to the signal once it has the first bytes.
    const stop = () => rows.destroy();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      for await (const batch of rows) yield batch.map(({ text }) => parseRow<Row>(text));
      signal?.throwIfAborted();
    } catch (error) {
      signal?.throwIfAborted();
      throw eventsError(error);
    } finally {
      signal?.removeEventListener("abort", stop);
      rows.destroy();
    }
  }

  health(signal?: AbortSignal): Promise<PartHealth> {
    return healthOf(this.maker, async () => {
      const [row] = await this.query<{ version: string }>("select version() as version", {
        limits: { seconds: 5 },
        ...(signal && { signal }),
      });
      return row?.version;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...new Set([this.#client, this.#inserting])].map((client) => client.close()));
  }

  async #ask<Answer>(signal: AbortSignal | undefined, ask: () => Promise<Answer>): Promise<Answer> {
    signal?.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      signal?.throwIfAborted();
      throw eventsError(error);
    }
  }

  /** Asks once for each table whether an insert into it is on disk when it is answered. */
  #assertDurable(table: string): Promise<void> {
    const known = this.#durable.get(table);
    if (known) return known;
    const asked = this.#checkDurable(table);
    this.#durable.set(table, asked);
    // What was wrong may be put right while we run.
    asked.catch(() => this.#durable.delete(table));
    return asked;
  }

  async #checkDurable(table: string): Promise<void> {
    const [database, name] = table.includes(".") ? table.split(".") : [null, table];
    const [row] = await this.query<{ engine: string; says: string; server: string; behind: string }>(
      `select engine, extract(engine_full, 'fsync_after_insert = (\\d+)') as says,
         extract(engine_full, '^Distributed\\(\\'[^\\']*\\', \\'[^\\']*\\', \\'(\\w+)\\'') as behind,
         (select value from system.merge_tree_settings where name = 'fsync_after_insert') as server
       from system.tables
       where name = {name:String} and database = ifNull({database:Nullable(String)}, currentDatabase())`,
      { parameters: { name: name ?? "", database: database ?? null }, ahead: true },
    );
    if (!row) throw new EventsError("unknown-name", `There is no table ${table}.`);
    // Keeps its parts in object storage and is as durable as that.
    if (row.engine.startsWith("Shared")) return;
    // Waits for its shards (`insert_distributed_sync`), so it is as durable as the table that it stands for.
    if (row.engine === "Distributed" && row.behind !== "") return this.#assertDurable(row.behind);
    if (!row.engine.endsWith("MergeTree"))
      throw new EventsError("not-durable", `${table} is of engine ${row.engine}, which loses rows in a crash.`);
    if ((row.says || row.server) !== "1")
      throw new EventsError(
        "not-durable",
        `${table} does not wait for the disk, so a crash would lose acknowledged rows. Run: alter table ${table} modify setting fsync_after_insert = 1, fsync_part_directory = 1`,
      );
  }
}

const tableName = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?$/;

function limitSettings({ seconds, memoryBytes, rowsRead, rowsGiven }: QueryLimits): ClickHouseSettings {
  return {
    max_execution_time: seconds,
    max_memory_usage: String(memoryBytes),
    max_rows_to_read: String(rowsRead),
    max_result_rows: String(rowsGiven),
    result_overflow_mode: "throw",
    cancel_http_readonly_queries_on_client_close: 1,
    // Once on, no setting in the query's own text can be changed, these limits included.
    readonly: "1",
  };
}
