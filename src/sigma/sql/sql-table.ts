import type { Layout } from "../event.ts";

/** Where the events lie that a plan is asked of: columns of a table, filled from `storedEvent`, each row one event. */
export interface SqlTable {
  readonly columns: SqlColumns;
  /** Where a rule's fields lie in these events. */
  readonly layout: Layout;
}

/** Names as SQL expressions, quoted already where they need it. */
export interface SqlColumns {
  /** `Array(LowCardinality(String))`. */
  readonly paths: string;
  /** `Array(String)`, as long as `paths`. */
  readonly texts: string;
  /** `Array(Enum8('string' = 1, 'number' = 2, 'boolean' = 3, 'json' = 4))`, as long as `paths`. */
  readonly types: string;
  /**
   * Columns that hold the texts of one path alone, as `hotColumn` fills them; read instead of the big ones.
   * From a path (`storedPath`) to a column of `Array(String)` or `Array(LowCardinality(String))`.
   */
  readonly hot?: ReadonlyMap<string, string>;
}

export const eventColumns: SqlColumns = { paths: "paths", texts: "texts", types: "types" };

/** The three columns of `eventColumns`, for a CREATE TABLE. */
export const eventColumnsDefinition = `paths Array(LowCardinality(String)) CODEC(ZSTD(1)),
texts Array(String) CODEC(ZSTD(1)),
types Array(Enum8('string' = 1, 'number' = 2, 'boolean' = 3, 'json' = 4)) CODEC(ZSTD(1))`;
