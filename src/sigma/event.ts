/**
 * What the engine needs to know of an event. Whoever reads logs (the ingest room, or a program that uses the engine
 * alone) makes these; the engine never guesses where an event came from.
 */
export interface SigmaEvent {
  readonly kind: EventKind;
  /** The record as parsed JSON. Text logs are objects too, with the whole line under `message`. */
  readonly body: JsonObject;
  /**
   * The bytes that `body` was parsed from, when that is JSON text with every leaf of `body` in it: lets keyword
   * rules look at bytes first and walk the record only on a hit. Leave it out when in doubt.
   */
  readonly raw?: Uint8Array;
}

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/**
 * One kind of event, such as "Sysmon process creation as exported by evtx_dump". All events of a kind share ONE object:
 * the matcher builds an index per kind on first sight and finds it again by identity. The number of kinds is bounded by
 * what `content/` and the layouts name, never by what a log may contain.
 */
export interface EventKind {
  /** Unique, stable, readable: `windows/sysmon/1 (winevent)`. */
  readonly key: string;
  readonly logsource: KnownLogSource;
  readonly layout: Layout;
  /** Rewrite rules for this kind before they are compiled, in order: field mappings, value conversions. */
  readonly pipelines: readonly RulePipeline[];
}

/**
 * What is known of an event's log source. A key that is absent is unknown; a list holds every value that the event
 * answers to (it may be empty: known to be of no such category).
 */
export interface KnownLogSource {
  readonly product?: readonly string[];
  readonly category?: readonly string[];
  readonly service?: readonly string[];
}

/** Where a rule's field lies in a record. */
export interface Layout {
  readonly name: string;
  /**
   * Paths to try in order; the first that yields a value wins. A path's step is an object key; arrays on the way are
   * walked through element by element. `*` as a step stands for every key of an object.
   */
  paths(field: string): readonly (readonly string[])[];
}

/** The plain layout: a field is the key itself, or the path that its dots spell. */
export const flatLayout: Layout = {
  name: "flat",
  paths: (field) => (field.includes(".") ? [[field], field.split(".")] : [[field]]),
};

/** Nothing known: every rule applies, fields lie as the rule names them. */
export const unknownKind: EventKind = { key: "unknown", logsource: {}, layout: flatLayout, pipelines: [] };

import type { DetectionRule } from "./rule.ts";
/** A rewriting of rules: pySigma's processing pipeline, or a part of one. Pure; returns its argument when nothing applies. */
export interface RulePipeline {
  readonly name: string;
  apply(rule: DetectionRule): DetectionRule | PipelineRefusal;
}
/** A pipeline that says a rule cannot be used (pySigma's rule_failure, detection_item_failure, strict mappings). */
export interface PipelineRefusal {
  readonly refused: string;
}
