import type { Events, QueryParameters } from "#platform";
import type { FindingRow } from "./contract.ts";

/** How many findings a rule has had up to now. */
export interface RuleHits {
  readonly rule: string;
  readonly day: number;
  readonly week: number;
  /** Milliseconds since 1970, of the newest event. */
  readonly last: number;
}

export interface DayHits {
  /** Milliseconds since 1970, midnight in UTC. */
  readonly day: number;
  readonly hits: number;
  readonly muted: number;
  readonly hosts: number;
}

/** How many findings an alert has, and from when to when. Milliseconds since 1970. */
export interface AlertCount {
  readonly alert: string;
  readonly findings: number;
  readonly first: number;
  readonly last: number;
}

/** What makers of alerts read of findings. Each finding once, whatever was stored twice. */
export interface FindingsReading {
  /** By when they came to us, oldest first. Milliseconds since 1970. */
  receivedSince(received: number, signal?: AbortSignal): AsyncIterable<readonly FindingRow[]>;
  /** By the event's time, oldest first. */
  since(time: number, signal?: AbortSignal): AsyncIterable<readonly FindingRow[]>;
  ofAlerts(alerts: readonly string[], signal?: AbortSignal): AsyncIterable<readonly FindingRow[]>;
  byIds(ids: readonly string[], signal?: AbortSignal): AsyncIterable<readonly FindingRow[]>;
  /** Ids of what these rules found, by when it came to us; in no order. Milliseconds since 1970. */
  idsReceivedSince(received: number, rules: readonly string[], signal?: AbortSignal): Promise<readonly string[]>;
  countsOf(alerts: readonly string[], signal?: AbortSignal): Promise<readonly AlertCount[]>;
  /** Of every rule that found something in the seven days before `now`. */
  hits(now: number, signal?: AbortSignal): Promise<readonly RuleHits[]>;
  /** Of one rule, by day. */
  hitsByDay(rule: string, since: number, signal?: AbortSignal): Promise<readonly DayHits[]>;
}

const day = 86_400_000;
const columns = `id, toUnixTimestamp64Milli(time) as time_ms, toUnixTimestamp64Milli(received) as received_ms, type, rule,
  title, level, silent, muted, alert, source, kind, site, host, user, entity, tags, events, matched, fields, raw, late`;
/** Reading for the makers of alerts must not end half-way: what it leaves out would be lost. */
const limits = { seconds: 600, rowsRead: 0, rowsGiven: 0 };

type Row = Omit<FindingRow, "time" | "received"> & { readonly time_ms: number; readonly received_ms: number };

export function createFindingsReading(events: Pick<Events, "query" | "stream">): FindingsReading {
  async function* read(
    where: string,
    order: string,
    parameters: QueryParameters,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<readonly FindingRow[]> {
    const sql = `select ${columns} from findings where ${where} order by ${order} limit 1 by id`;
    for await (const rows of events.stream<Row>(sql, { parameters, limits, ...(signal && { signal }) }))
      yield rows.map(({ time_ms: time, received_ms: received, ...row }) => ({ ...row, time, received }));
  }

  return {
    receivedSince: (received, signal) =>
      read("received >= fromUnixTimestamp64Milli({at:Int64})", "received", { at: Math.trunc(received) }, signal),
    since: (time, signal) =>
      read("time >= fromUnixTimestamp64Milli({at:Int64})", "time", { at: Math.trunc(time) }, signal),
    ofAlerts: (alerts, signal) => read("alert in {alerts:Array(String)}", "time", { alerts }, signal),
    byIds: (ids, signal) => read("id in {ids:Array(String)}", "time", { ids }, signal),
    async idsReceivedSince(received, rules, signal) {
      const sql = `select distinct id from findings
        where received >= fromUnixTimestamp64Milli({at:Int64}) and rule in {rules:Array(String)}`;
      const parameters = { at: Math.trunc(received), rules };
      const ids: string[] = [];
      for await (const rows of events.stream<{ id: string }>(sql, { parameters, limits, ...(signal && { signal }) }))
        for (const { id } of rows) ids.push(id);
      return ids;
    },
    countsOf: (alerts, signal) =>
      events.query<AlertCount>(
        `select alert, toUInt32(uniqExact(id)) as findings, toUnixTimestamp64Milli(min(time)) as first,
           toUnixTimestamp64Milli(max(time)) as last
         from findings where alert in {alerts:Array(String)} group by alert`,
        { parameters: { alerts }, limits, ...(signal && { signal }) },
      ),
    hits: (now, signal) =>
      events.query<RuleHits>(
        `select rule, uniqExactIf(id, time > fromUnixTimestamp64Milli({day:Int64})) as day, uniqExact(id) as week,
           toUnixTimestamp64Milli(max(time)) as last
         from findings where time > fromUnixTimestamp64Milli({week:Int64}) group by rule`,
        { parameters: { day: now - day, week: now - 7 * day }, ...(signal && { signal }) },
      ),
    async hitsByDay(rule, since, signal) {
      return events.query<DayHits>(
        `select toUnixTimestamp64Milli(toDateTime64(toStartOfDay(time), 3)) as day, uniqExact(id) as hits,
           uniqExactIf(id, muted != '') as muted, uniqExact(host) as hosts
         from findings where rule = {rule:String} and time >= fromUnixTimestamp64Milli({at:Int64})
         group by toStartOfDay(time) order by toStartOfDay(time)`,
        { parameters: { rule, at: Math.trunc(since) }, ...(signal && { signal }) },
      );
    },
  };
}
