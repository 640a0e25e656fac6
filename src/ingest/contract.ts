import type { EventKind, JsonObject } from "#sigma";

/** How a file's bytes are cut into records. Recognised by content, never by the file's name. */
export type FormatName =
  | "ndjson"
  | "json-array"
  | "json-concatenated"
  | "json-envelope"
  | "evtx"
  | "syslog"
  | "cef"
  | "leef"
  | "auditd"
  | "journald-export"
  | "csv"
  | "access-log"
  | "w3c"
  | "zeek"
  | "text";

/** One record as it lay in its file, with its bytes' address and nothing judged yet. */
export interface LogRecord {
  /** 0-based number of the record in its file (or in its range of the file); unreadable records take a number too. */
  readonly index: number;
  /** Where the record's bytes start, in bytes of the decompressed file. */
  readonly offset: number;
  /** How many bytes it has. */
  readonly length: number;
  readonly format: FormatName;
  /** JSON as parsed; every other format as a flat or nested object, with the whole line under `message` for text. */
  readonly body: JsonObject;
  /** The record's own bytes when these are JSON text with every leaf of `body` in it; valid until the batch is let go. */
  readonly raw?: Uint8Array;
}

/** Something that could not be read, or only in part. Never fatal: the rest of the file is read on. */
export interface ReadingProblem {
  readonly index: number;
  readonly offset: number;
  /** Bytes passed over; 0 when the record was read all the same (a notice, such as replaced bytes). */
  readonly length: number;
  /** Stable: `record-too-long`, `bad-json`, `too-deep`, `truncated`, `bomb`, `bad-utf8`, `duplicate-key`, … */
  readonly code: string;
  /** For people: what is wrong, where, and what was done about it. */
  readonly message: string;
  /** false: the record is lost to detection and counts as unreadable. true: it was read all the same. */
  readonly wasRead: boolean;
}

/** Records come in batches, so that one await serves hundreds of them. */
export interface RecordBatch {
  readonly records: readonly LogRecord[];
  readonly problems: readonly ReadingProblem[];
  /** Bytes of the file as it lies on disk (compressed, if it is) consumed so far in this range; for progress. */
  readonly consumed: number;
}

/** What is to be read. */
export interface LogInput {
  /** As people know it: a path, or `stdin`. */
  readonly name: string;
  /** Where the file lies, when it is one: lets it be read by position into reused buffers, and in ranges. */
  readonly path?: string;
  /** Opens the bytes from the start; called once or twice (recognising, then reading). */
  open(signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

export interface ReadingLimits {
  /** Bytes of one record; longer ones are passed over. */
  readonly recordBytes: number;
  /** Depth of nested JSON. */
  readonly depth: number;
  /** Plain bytes per packed byte, over any 64 MiB of output; a file beyond it is a bomb and reading it stops. */
  readonly inflation: number;
}

/** What kind of event a record is: gives the ONE shared `EventKind` object, so that rules are routed to it. */
export type Recognise = (body: JsonObject, format: FormatName) => EventKind;
