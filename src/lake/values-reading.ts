import type { Events } from "#platform";
import type { EventColumns } from "./contract.ts";
import type { StoredRow, TimeSpan } from "./events-reading.ts";

/** Columns that hold what lists of indicators name. */
export const soughtColumns = ["src_ip", "dst_ip", "domain", "url", "hash", "user"] as const;
export type SoughtColumn = (typeof soughtColumns)[number];

export type SoughtRow = StoredRow & Pick<EventColumns, SoughtColumn>;

/** Reading of events by what stands in their columns. Each question is bounded by its caller's time and signal. */
export interface ValuesReading {
  /** When the first event was, and the last one; undefined where there is none. */
  reach(signal?: AbortSignal): Promise<TimeSpan | undefined>;
  /** Every value of a column in a time, each at least once. Rejects with the EventsError `memory` where they are too many. */
  values(column: SoughtColumn, span: TimeSpan, signal?: AbortSignal): AsyncIterable<readonly string[]>;
  /** Events whose column holds one of some hundred values. */
  holding(
    column: SoughtColumn,
    values: readonly string[],
    span: TimeSpan,
    signal?: AbortSignal,
  ): AsyncIterable<readonly SoughtRow[]>;
}

const limits = { seconds: 3_600, rowsRead: 0, rowsGiven: 0 };

export function createValuesReading(events: Pick<Events, "query" | "stream">): ValuesReading {
  const within = ({ from, to, of = "time" }: TimeSpan) => ({
    sql: `${of} >= fromUnixTimestamp64Milli({from:Int64}) AND ${of} < fromUnixTimestamp64Milli({to:Int64})`,
    parameters: { from: Math.trunc(from), to: Math.trunc(to) },
  });
  return {
    async reach(signal) {
      const [row] = await events.query<{ n: number; first: number; last: number }>(
        `SELECT count() AS n, toUnixTimestamp64Milli(min(time)) AS first, toUnixTimestamp64Milli(max(time)) AS last FROM events`,
        { limits, ...(signal && { signal }) },
      );
      return row && row.n > 0 ? { from: row.first, to: row.last + 1 } : undefined;
    },
    async *values(column, span, signal) {
      const { sql, parameters } = within(span);
      const value = column === "hash" ? "arrayJoin(hash)" : column;
      const rows = events.stream<{ value: string }>(
        `SELECT DISTINCT ${value} AS value FROM events WHERE ${sql} AND notEmpty(${column})`,
        { parameters, limits, ...(signal && { signal }) },
      );
      for await (const part of rows) yield part.map((row) => row.value);
    },
    async *holding(column, values, span, signal) {
      const { sql, parameters } = within(span);
      const holds = column === "hash" ? "hasAny(hash, {values:Array(String)})" : `${column} IN {values:Array(String)}`;
      yield* events.stream<SoughtRow>(
        `SELECT uid, toUnixTimestamp64Milli(e.time) AS time, toUnixTimestamp64Milli(e.received) AS received, source, site,
           kind, host, user, raw, src_ip, dst_ip, domain, url, hash
         FROM (SELECT uid, time, received, source, site, kind, host, user, raw, src_ip, dst_ip, domain, url, hash FROM events
               WHERE ${sql} AND ${holds}) AS e`,
        { parameters: { ...parameters, values }, limits, ...(signal && { signal }) },
      );
    },
  };
}
