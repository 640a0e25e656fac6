import type { Layout } from "../event.ts";
import { sqlString } from "./sql-text.ts";

/** Where the events lie that a plan is asked of: columns of a table, filled from `storedEvent`, each row one event. */
export interface SqlTable {
  readonly columns: SqlColumns;
  /** Where a rule's fields lie in these events. */
  readonly layout: Layout;
}

/** Names as SQL expressions, quoted already where they need it. */
export interface SqlColumns {
  /** `Map(LowCardinality(String), Array(String))`. */
  readonly texts: string;
  /** `Array(LowCardinality(String))`. */
  readonly containers: string;
  /**
   * From a path (`storedPath`) to a column that holds `texts[path]` alone, of `Array(String)` or
   * `Array(LowCardinality(String))`: read instead of the big one. `hotColumnDefinition` makes one that fills itself.
   */
  readonly hot?: ReadonlyMap<string, string>;
}

export const eventColumns: SqlColumns = { texts: "texts", containers: "containers" };

/** The two columns of `eventColumns`, for a CREATE TABLE. */
export const eventColumnsDefinition =
  "texts Map(LowCardinality(String), Array(String)) CODEC(ZSTD(1)), containers Array(LowCardinality(String)) CODEC(ZSTD(1))";

/** A column for `SqlColumns.hot` that ClickHouse fills by itself from `texts`. */
export function hotColumnDefinition(column: string, path: string): string {
  return `${column} Array(LowCardinality(String)) MATERIALIZED texts[${sqlString(path)}] CODEC(ZSTD(1))`;
}
