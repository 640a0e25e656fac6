import type { CorrelationType, Level } from "#sigma";

/** Where an event lies, so that anybody can fetch its bytes again. */
export interface EventAddress {
  readonly file: string;
  /** 0-based number of the record in its file. */
  readonly index: number;
  /** Byte offset and length of the record in the (decompressed) file. */
  readonly offset: number;
  readonly length: number;
  /** RFC 3339, UTC, when the event tells its time. */
  readonly time?: string;
  readonly host?: string;
  /** Key of the event's kind: which source it was taken for, hence which rules were asked. */
  readonly kind: string;
}

/** A value of the event that made a rule hold, and the rule's pattern that it met. */
export interface Matched {
  readonly selection: string;
  /** Field and modifiers as the rule writes them; empty for keywords. */
  readonly key: string;
  readonly field: string;
  readonly value: string;
  readonly pattern: string;
}

export interface FindingRule {
  readonly id: string;
  readonly title: string;
  readonly file: string;
  readonly tags: readonly string[];
}

/** What a rule found. */
export interface Finding {
  readonly rule: FindingRule;
  readonly level: Level;
  /** The event; for a correlation the one that completed it. */
  readonly event: EventAddress;
  readonly matched: readonly Matched[];
  readonly correlation?: CorrelationFinding;
}

/** Why a correlation fired. */
export interface CorrelationFinding {
  readonly type: CorrelationType;
  /** Group-by field → value. */
  readonly group: Readonly<Record<string, string>>;
  /** The figure compared with the rule's condition (a count, a sum …), when the type has one. */
  readonly value?: number;
  /** RFC 3339. */
  readonly from: string;
  readonly to: string;
  /** The contributing events, oldest first, at most `correlationEventsKept`; `eventCount` counts all. */
  readonly events: readonly EventAddress[];
  readonly eventCount: number;
}

export const correlationEventsKept = 100;

/** The level of a rule that states none. */
export const defaultLevel: Level = "medium";
