import type { PartHealth } from "../health.ts";

/** What a query may use. Past any of them it ends with an EventsError. */
export interface QueryLimits {
  readonly seconds: number;
  readonly memoryBytes: number;
  readonly rowsRead: number;
  readonly rowsGiven: number;
}

/** For a person's question; what runs over all history says more. */
export const queryLimits: QueryLimits = {
  seconds: 30,
  memoryBytes: 1024 ** 3,
  rowsRead: 1_000_000_000,
  rowsGiven: 1_000_000,
};

/** Values for `{name:Type}` in the SQL; they never become part of its text. */
export type QueryParameters = Readonly<
  Record<string, string | number | boolean | null | readonly string[] | readonly number[]>
>;

export interface CommandOptions {
  readonly parameters?: QueryParameters;
  readonly signal?: AbortSignal;
}

export interface QueryOptions extends CommandOptions {
  readonly limits?: Partial<QueryLimits>;
  /** For what an insert waits for: other questions, however many and long, do not hold it up. */
  readonly ahead?: boolean;
}

/** A row to insert: plain JSON; instants as numbers of milliseconds or as RFC 3339. */
export type EventRow = Readonly<Record<string, unknown>>;

/**
 * The store of telemetry: many rows, written in batches, read by SQL in ClickHouse's dialect. All times are UTC.
 *
 * Rejects with an EventsError where a caller may want to react, with the signal's reason when aborted (the engine stops
 * working too), and with ClickHouse's own error for all else.
 */
export interface Events extends AsyncDisposable {
  readonly maker: "chdb" | "clickhouse";
  /** One statement that changes something: `create table`, `alter table`. */
  command(sql: string, options?: CommandOptions): Promise<void>;
  /**
   * Adds rows to a MergeTree table, all in one insert. Resolves once they are on disk (fsync): acknowledged rows
   * survive the loss of the process and of power. After a rejection they may be there or not. A field that the table
   * does not have is refused. Batches of thousands are cheap, single rows are not.
   */
  insert(table: string, rows: readonly EventRow[], options?: { readonly signal?: AbortSignal }): Promise<void>;
  /**
   * As `insert`, of rows that are spelled already: JSONEachRow in UTF-8, one object a line, no empty line. Rejects with
   * ClickHouse's error 27, and adds nothing, where a line is none.
   */
  insertLines(
    table: string,
    lines: Uint8Array<ArrayBuffer>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<void>;
  /** One statement that only reads, with all its rows. Numbers past 2^53 are refused: select them with `toString`. */
  query<Row>(sql: string, options?: QueryOptions): Promise<Row[]>;
  /** As `query`, in batches as they come, at the reader's pace; leaving the loop ends the query. */
  stream<Row>(sql: string, options?: QueryOptions): AsyncGenerator<Row[], void, undefined>;
  health(signal?: AbortSignal): Promise<PartHealth>;
}

export type EventsProblem =
  | "time"
  | "memory"
  | "size"
  | "read-only"
  | "syntax"
  | "unknown-name"
  | "not-durable"
  | "full"
  | "busy";

/**
 * What a caller may react to. `time`, `memory`, `size`: a limit; `not-durable`: the table would not keep its promise;
 * `full`: no room on the disk; `busy`: the store has more to do than it can, or cannot be reached: worth another try.
 */
export class EventsError extends Error {
  override readonly name = "EventsError";
  readonly code: EventsProblem;

  constructor(code: EventsProblem, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** Error codes of ClickHouse: https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp */
const problems = new Map<string, EventsProblem>([
  ["47", "unknown-name"],
  ["60", "unknown-name"],
  ["62", "syntax"],
  ["81", "unknown-name"],
  ["158", "size"],
  ["159", "time"],
  ["160", "time"],
  ["164", "read-only"],
  ["202", "busy"],
  ["209", "busy"],
  ["210", "busy"],
  // Writing to a file, closing it, syncing it: whatever the reason, room on the disk is what it needs.
  ["75", "full"],
  ["241", "memory"],
  ["242", "busy"],
  ["243", "full"],
  ["252", "busy"],
  ["279", "busy"],
  ["307", "size"],
  ["319", "busy"],
  ["396", "size"],
  ["497", "read-only"],
  ["999", "busy"],
  // Node's, of the file that the engine reads an insert's rows from.
  ["ENOSPC", "full"],
  ["EDQUOT", "full"],
  // Node's, of the way to a server.
  ["ECONNREFUSED", "busy"],
  ["ECONNRESET", "busy"],
  ["ETIMEDOUT", "busy"],
  ["EPIPE", "busy"],
]);

/** ClickHouse's error as an EventsError where it is one that callers react to. */
export function eventsError(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? problems.get(String(error.code)) : undefined;
  return code === undefined ? error : new EventsError(code, (error as Error).message, error);
}
