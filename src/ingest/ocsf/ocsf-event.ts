import type { JsonObject } from "#sigma";

/** The version of the schema that events are written in: OCSF 1.9.0, 3 August 2026 (github.com/ocsf/ocsf-schema, CHANGELOG). */
export const ocsfVersion = "1.9.0";

/**
 * An event in OCSF's words, with the original beside it: whole, as text, in `raw_data`; and in `unmapped`, where it lay,
 * all of it that no attribute says. Attribute names, ids and captions are OCSF's.
 */
export interface OcsfEvent extends JsonObject {
  readonly class_uid: number;
  readonly class_name: string;
  readonly category_uid: number;
  readonly category_name: string;
  readonly activity_id: number;
  readonly activity_name: string;
  readonly type_uid: number;
  readonly type_name: string;
  readonly severity_id: number;
  readonly severity: string;
  /** Milliseconds since 1970 (UTC); 0 when neither the event nor its reader knows. */
  readonly time: number;
  readonly metadata: OcsfMetadata;
  /** The whole record as JSON text. */
  readonly raw_data: string;
  /** What of the record no attribute holds, under the record's own keys; absent when everything found its place. */
  readonly unmapped?: JsonObject;
}

export interface OcsfMetadata extends JsonObject {
  readonly product: JsonObject;
  readonly version: string;
  /** Names this event, always the same for the same record; see `EventOrigin`. */
  readonly uid: string;
}

/** Where an event came from. The better it is known, the better `metadata.uid` tells two like events apart. */
export interface EventOrigin {
  /** A file, a stream, a sender; with `offset` it gives two equal lines of one log two uids. */
  readonly name?: string;
  /** Where the record's bytes start, in bytes of the decompressed file. */
  readonly offset?: number;
  /** The record's bytes when they are JSON text: become `raw_data` as they are. */
  readonly raw?: Uint8Array;
  /** When it was received, in milliseconds since 1970; the event's time if it has none of its own. */
  readonly receivedAt?: number;
}
