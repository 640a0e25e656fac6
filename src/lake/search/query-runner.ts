import { type Events, EventsError, queryLimits, type QueryLimits, type QueryParameters } from "#platform";
import { refuse } from "../refusals.ts";

export interface SearchLimits extends Pick<QueryLimits, "seconds" | "memoryBytes" | "rowsRead"> {
  /** How many searches a caller may have running. */
  readonly atOnce: number;
}

export const searchLimits: SearchLimits = {
  seconds: 30,
  memoryBytes: 1024 ** 3,
  rowsRead: 10 * queryLimits.rowsRead,
  atOnce: 4,
};

export interface Run {
  readonly sql: string;
  readonly parameters: QueryParameters;
  readonly rowsGiven: number;
  readonly signal: AbortSignal;
  /** Instead of the limits' own. */
  readonly seconds?: number;
}

/** Runs what the search room asks of the lake, within its limits; what goes past them is refused. */
export class QueryRunner {
  readonly #events: Events;
  readonly #limits: SearchLimits;

  constructor(events: Events, limits: SearchLimits) {
    this.#events = events;
    this.#limits = limits;
  }

  async rows<Row>(run: Run): Promise<Row[]> {
    const rows: Row[] = [];
    for await (const batch of this.stream<Row>(run)) for (const row of batch) rows.push(row);
    return rows;
  }

  async *stream<Row>({ sql, parameters, rowsGiven, signal, seconds }: Run): AsyncGenerator<Row[], void, undefined> {
    const limits = { ...this.#limits, seconds: seconds ?? this.#limits.seconds };
    const { memoryBytes, rowsRead } = limits;
    try {
      yield* this.#events.stream<Row>(sql, {
        parameters,
        signal,
        limits: { seconds: limits.seconds, memoryBytes, rowsRead, rowsGiven },
      });
    } catch (error) {
      throw searchError(error, limits.seconds);
    }
  }
}

/** The engine's errors that a person who searches can do something about, as refusals. */
export function searchError(error: unknown, seconds: number): unknown {
  if (!(error instanceof EventsError)) return codeOf(error) === "427" ? refuse("regex-unreadable", {}, error) : error;
  switch (error.code) {
    case "time":
      return refuse("search-too-long", { seconds }, error);
    case "memory":
    case "size":
      return refuse("search-too-large", {}, error);
    case "busy":
      return refuse("lake-busy", {}, error);
    default:
      return error;
  }
}

/** ClickHouse's: 427 is CANNOT_COMPILE_REGEXP, for what our own reader took for a regular expression and RE2 does not. */
function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
