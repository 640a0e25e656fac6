import type { FindingRow } from "#lake";

/** How many findings a rule has had up to now. */
export interface RuleHits {
  readonly rule: string;
  readonly day: number;
  readonly week: number;
  /** Milliseconds since 1970, of the newest event. */
  readonly last: number;
}

/** What this room reads of findings that the lake keeps. Each finding once, whatever was stored twice. */
export interface FindingsReading {
  /** By when they came to us, in no sure order. */
  receivedSince(received: number, signal?: AbortSignal): AsyncIterable<readonly FindingRow[]>;
  /** By the event's time, oldest first. */
  since(time: number, signal?: AbortSignal): AsyncIterable<readonly FindingRow[]>;
  ofAlerts(alerts: readonly string[], signal?: AbortSignal): AsyncIterable<readonly FindingRow[]>;
  /** Of every rule that found something in the seven days before `now`. */
  hits(now: number, signal?: AbortSignal): Promise<readonly RuleHits[]>;
  /** Findings of a rule by day (milliseconds since 1970, UTC midnight), and how many of them were muted, and hosts. */
  hitsByDay(rule: string, since: number, signal?: AbortSignal): Promise<readonly DayHits[]>;
}

export interface DayHits {
  readonly day: number;
  readonly hits: number;
  readonly muted: number;
  readonly hosts: number;
}
