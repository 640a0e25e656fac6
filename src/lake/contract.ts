import type { HotValues, LogRecord } from "#ingest";
import type { SigmaEvent } from "#sigma";

/** An event's row, as lanes make it and tables hold it. Times are milliseconds since 1970, UTC; what is unknown is "" or 0. */
export interface EventColumns {
  /** 32 hex digits; the same record from the same source has the same one. */
  readonly uid: string;
  /** The event's own time; `received` where it tells none, or one that cannot be. */
  readonly time: number;
  readonly received: number;
  readonly source: string;
  /** Key of the event's kind. */
  readonly kind: string;
  readonly site: string;
  /** OCSF: class_uid, activity_id, severity_id. */
  readonly class: number;
  readonly activity: number;
  readonly severity: number;
  /** metadata.event_code. */
  readonly code: string;
  readonly host: string;
  readonly user: string;
  /** Path of the process; `name` is its last step. */
  readonly process: string;
  readonly cmd: string;
  readonly parent: string;
  readonly parent_cmd: string;
  readonly file: string;
  /** Hex, lower case. */
  readonly hash: readonly string[];
  readonly src_ip: string;
  readonly src_port: number;
  readonly dst_ip: string;
  readonly dst_port: number;
  /** A name that was asked for or connected to. */
  readonly domain: string;
  readonly url: string;
  /** What was done or asked for: `disposition`, `status`, an API's operation. */
  readonly action: string;
  readonly outcome: string;
  /**
   * The record as JSON text. Its only escapes are those that JSON demands, so that a text is found by its own bytes; a
   * record that spelled itself otherwise has its own bytes in `original`.
   */
  readonly raw: string;
  /** The record's bytes as they came, where they are not `raw` (text logs, unusual escapes); else "". */
  readonly original: string;
}

/** Events on their way into the lake, spelled already by the lane that read them. */
export interface LakeBatch {
  /** One JSON object a line (JSONEachRow), as `spellEvent` writes it. */
  readonly rows: Uint8Array<ArrayBuffer>;
  /** Where each row ends in `rows`, its newline included. */
  readonly ends: Uint32Array<ArrayBuffer>;
  /** 16 bytes a row. */
  readonly uids: Uint8Array<ArrayBuffer>;
}

/** Which rows are new: 1; 0 for those that were there before, or stand twice in the batch. */
export interface Stored {
  readonly fresh: Uint8Array;
}

/** A rule that held. Everything an alert, a correlation or a person needs, whatever becomes of the event. */
export interface FindingRow {
  /** 32 hex digits, made of rule and event (or window): the same finding has the same one. */
  readonly id: string;
  readonly time: number;
  readonly received: number;
  /** `detection` or `correlation`. */
  readonly type: string;
  readonly rule: string;
  readonly title: string;
  readonly level: string;
  /** 1: serves correlations only and raises no alert. */
  readonly silent: number;
  /** Why it raised no alert of its own: "", `suppressed`, `excepted`. */
  readonly muted: string;
  readonly alert: string;
  readonly source: string;
  readonly kind: string;
  readonly site: string;
  readonly host: string;
  readonly user: string;
  /** What the alert is grouped by: `host:lis01-web3`. */
  readonly entity: string;
  readonly tags: readonly string[];
  /** Of the events that it rests on, the newest last. */
  readonly events: readonly string[];
  /** JSON: the matched values of a detection; type, group, from, to and value of a correlation. */
  readonly matched: string;
  /** JSON: the values of the fields that correlations ask for. */
  readonly fields: string;
  /** The newest event's `raw`. */
  readonly raw: string;
  /** `replay`, `hunt`: it was found in stored events, after its event had come; else "" or left out. */
  readonly late?: string;
}

/** What a speller must know of the delivery whose records it gets. */
export interface SpelledDelivery {
  readonly source: string;
  readonly site?: string;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  /** See `Delivery.key` of #intake. */
  readonly key?: string;
  /** All of the delivery, plain: records have their addresses in it. */
  readonly bytes: Uint8Array;
}

/** What the spelled row says, for whoever makes findings of the event. */
export interface SpelledEvent {
  readonly uid: string;
  readonly time: number;
  readonly host: string;
  readonly user: string;
}

export interface SpelledRow extends SpelledEvent {
  /** All that its columns hold. */
  readonly hot: HotValues;
}

export interface SpelledBatch extends LakeBatch {
  /** The event's time of each row, in milliseconds since 1970. */
  readonly times: Float64Array<ArrayBuffer>;
}

/**
 * Makes rows of events. A delivery goes through one speller from its first record to its last, in their order, or the
 * uids of its equal records would be the same; several deliveries may go into one batch.
 */
export interface Speller {
  begin(delivery: SpelledDelivery): void;
  /** `event` is what `toEvent` made of the record. */
  add(record: LogRecord, event: SigmaEvent): SpelledRow;
  readonly count: number;
  /** Bytes of the rows so far. */
  readonly size: number;
  /** All rows since the last time, in the order of `add`; their buffers are nobody else's. */
  take(): SpelledBatch;
}

/** Bytes that could not be read as events, kept until somebody has looked. */
export interface DeadLetter {
  readonly source: string;
  /** Milliseconds since 1970. */
  readonly received: number;
  /** Stable: the codes of `ReadingProblem`. */
  readonly code: string;
  readonly message: string;
  /** How the delivery was read. */
  readonly format: string;
  /** The delivery's key. */
  readonly delivery: string;
  /** 0-based number in the delivery. */
  readonly index: number;
  readonly bytes: Uint8Array;
}

export interface StoreOptions {
  readonly signal?: AbortSignal;
}

/** The storing half of the room. */
export interface LakeStore {
  /**
   * Resolves once all rows are on disk, each of them once, whoever sent them before. Throws the refusal `lake/busy` (429,
   * with `retryAfter` in seconds in its details) when too much waits or the store is slow or full. After any failure rows
   * may be there or not; storing them again puts that right. An abort stops the waiting, not the insert.
   */
  store(batch: LakeBatch, options?: StoreOptions): Promise<Stored>;
  /** As `store`, by the findings' ids. */
  storeFindings(rows: readonly FindingRow[], options?: StoreOptions): Promise<Stored>;
  /** As `store`; the same letter of the same delivery is one. */
  keepDeadLetters(letters: readonly DeadLetter[], options?: StoreOptions): Promise<Stored>;
}
