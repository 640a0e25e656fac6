import type { EventKind, DetectionRule } from "#sigma";
import { indexPrefilter, rawPrefilter } from "#sigma";
import type { Events, QueryParameters } from "#platform";
import type { EventColumns } from "./contract.ts";
import { searchedTextSql } from "./search/language/searched-text.ts";

/** A stretch of time, in milliseconds since 1970; `to` is not included. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
  /** Whose time it is: the event's own, unless it says when the event came in. */
  readonly of?: "time" | "received";
}

/** What rules need of a stored event. */
export type StoredRow = Pick<
  EventColumns,
  "uid" | "time" | "received" | "source" | "site" | "kind" | "host" | "user" | "raw"
>;

export interface KindCount {
  readonly kind: string;
  readonly events: number;
  /** Of its first event in the time; milliseconds since 1970. */
  readonly first: number;
}

/** What may hold, of events; made by `eventFilter`, and by nobody else. */
export interface EventFilter {
  /** Answered by the index alone. */
  readonly index: string;
  /** As `index`, and parts of words are looked for as well: closer, and slower to ask. The same where there are none. */
  readonly closer: string;
  /** Asked of the text of events that the index lets through. */
  readonly text: string;
}

/** Candidates in a stripe of time. */
export interface Stripe {
  /** Number of the stripe: its time divided by the stripes' length. */
  readonly stripe: number;
  readonly candidates: number;
  /** About how many blocks of rows have to be read to see them. */
  readonly granules: number;
}

/** Reading of events for those who ask rules of history. Each question is bounded by its caller's time and signal. */
export interface EventsReading {
  /** How many events there are of each kind. */
  kinds(span: TimeSpan, signal?: AbortSignal): Promise<readonly KindCount[]>;
  /** Where the candidates are, by stripes of `length` milliseconds of the span's time. */
  stripes(span: TimeSpan, length: number, where: string, signal?: AbortSignal): Promise<readonly Stripe[]>;
  /** The candidates, in pieces as they come; `ordered`: by their time. */
  candidates(
    span: TimeSpan,
    filter: EventFilter,
    options?: { readonly ordered?: boolean; readonly signal?: AbortSignal },
  ): AsyncIterable<readonly StoredRow[]>;
}

/** Filters whose text is longer than this are not worth the store's reading them: all events of the time are looked at. */
const longestFilter = 100_000;
/** Parts of words looked for by one question: each is a walk through the words of the index. */
const mostParts = 8;

/**
 * True of every stored event that one of the rules holds for. `unknown`: keys of kinds that nobody knows any more, of
 * which nothing can be said; `folded` as in `RawPrefilterOptions`.
 */
export function eventFilter(
  rules: readonly DetectionRule[],
  kinds: readonly EventKind[],
  { unknown = [], folded }: { readonly unknown?: readonly string[]; readonly folded: (kind: EventKind) => boolean },
): EventFilter {
  const searched = searchedTextSql("raw");
  const loose = unknown.map((kind) => `kind = ${sqlText(kind)}`);
  const joined = (of: (rule: DetectionRule) => string): string => {
    const parts = [...loose];
    for (const rule of rules) {
      const sql = of(rule);
      if (sql !== "false") parts.push(`(${sql})`);
    }
    if (parts.length === 0) return "false";
    const all = parts.join(" OR ");
    return all.length > longestFilter ? "true" : all;
  };
  return {
    index: joined((rule) => indexPrefilter(rule, kinds, { searched, kindColumn: "kind", folded })),
    closer: joined((rule) => indexPrefilter(rule, kinds, { searched, kindColumn: "kind", folded, parts: mostParts })),
    text: joined((rule) => rawPrefilter(rule, kinds, { rawColumn: "raw", kindColumn: "kind", folded })),
  };
}

/** A key is the content's and a source's own words: letters, digits and marks of a few kinds. */
function sqlText(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}

const granule = 1_024;
/** Whoever asks has bounds of their own, in time and in candidates. */
const limits = { seconds: 3_600, rowsRead: 0, rowsGiven: 0 };

export function createEventsReading(events: Pick<Events, "query" | "stream">): EventsReading {
  const within = ({ from, to, of = "time" }: TimeSpan): { sql: string; parameters: QueryParameters } => ({
    sql: `${of} >= fromUnixTimestamp64Milli({from:Int64}) AND ${of} < fromUnixTimestamp64Milli({to:Int64})`,
    parameters: { from: Math.trunc(from), to: Math.trunc(to) },
  });
  return {
    kinds(span, signal) {
      const { sql, parameters } = within(span);
      return events.query<KindCount>(
        `SELECT kind, count() AS events, toUnixTimestamp64Milli(min(${span.of ?? "time"})) AS first
         FROM events WHERE ${sql} GROUP BY kind ORDER BY kind`,
        { parameters, limits, ...(signal && { signal }) },
      );
    },
    async stripes(span, length, where, signal) {
      if (where === "false") return [];
      const { sql, parameters } = within(span);
      return events.query<Stripe>(
        `SELECT intDiv(toUnixTimestamp64Milli(${span.of ?? "time"}), {length:Int64}) AS stripe, count() AS candidates,
           uniq(_part, intDiv(_part_offset, ${granule})) AS granules
         FROM events WHERE ${sql} AND (${where}) GROUP BY stripe ORDER BY stripe`,
        { parameters: { ...parameters, length }, limits, ...(signal && { signal }) },
      );
    },
    async *candidates(span, { index, text }, { ordered = false, signal } = {}) {
      if (text === "false") return;
      const { sql, parameters } = within(span);
      const order = ordered ? " ORDER BY time, uid" : "";
      yield* events.stream<StoredRow>(
        `SELECT uid, toUnixTimestamp64Milli(e.time) AS time, toUnixTimestamp64Milli(e.received) AS received, source, site,
           kind, host, user, raw
         FROM (SELECT uid, time, received, source, site, kind, host, user, raw FROM events
               WHERE ${sql} AND (${index}) AND (${text})${order}) AS e`,
        { parameters, limits, ...(signal && { signal }) },
      );
    },
  };
}
