import type { EventKind, JsonObject } from "#sigma";

/** An event kind as the ingest room makes it: besides routing it says where an event's time, host and user lie. */
export interface IngestKind extends EventKind {
  /** The source's name, `windows`; the first part of `key`. */
  readonly source: string;
  /** The shape's name, `winevent`; the part of `key` in brackets. */
  readonly shape: string;
  /** Places to look for the event's own time, best first; what lies at several paths is joined by blanks. */
  readonly timePaths: readonly (readonly Path[])[];
  readonly hostPaths: readonly Path[];
  readonly userPaths: readonly Path[];
  /**
   * Brings data that the exporter folded into text (JSON in a string, XML in a string, name-value lists) to where
   * `layout` looks for it. Pure; returns a new body, or the same one when there is nothing to unfold.
   */
  readonly unfold?: (body: JsonObject) => JsonObject;
}

/** A step is an object key; `*` stands for every key of an object. */
export type Path = readonly string[];
