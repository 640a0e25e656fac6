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
}
