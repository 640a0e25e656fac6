import type { FormatName, ReadingLimits } from "#ingest";
import type { SpelledBatch } from "#lake";
import type { KnownLogSource } from "#sigma";
import type { SignIn } from "../geo/sign-in.ts";
import type { SharedIndicators } from "../indicators/indicator-index.ts";
import type { RuleFacts } from "../rules/generation.ts";

/** What a lane is started with: the rules of one generation, compiled once for as long as it lives. */
export interface LaneSetup {
  /** UTF-8 JSON of the `RuleSet`; shared, so that it exists once however many lanes read it. */
  readonly ruleSet: SharedArrayBuffer;
  readonly limits: Partial<ReadingLimits>;
}

/** Deliveries that are worked on in one go; small ones share a task. */
export interface LaneTask {
  readonly deliveries: readonly LaneDelivery[];
  /** Exceptions in force, as JSON of `DetectionRule`s; the version says when they are other ones than before. */
  readonly exceptions: SharedExceptions | undefined;
  /** What events are looked through for. */
  readonly indicators?: SharedIndicators | undefined;
  /** Whether to tell who signed in from where. */
  readonly signIns?: boolean | undefined;
  /** Where the lane says how far it is; it is read when the lane has ended under the task. See `Place`. */
  readonly place: SharedArrayBuffer;
}

export interface SharedExceptions {
  readonly version: number;
  readonly json: SharedArrayBuffer;
}

/** The numbers of `LaneTask.place`. */
export const place = {
  bytes: 12,
  /** 1 once the task was begun with. */
  begun: 0,
  /** 1 while a record is asked about, 0 while bytes are read. */
  atRecord: 1,
  /** The record's number in its delivery. */
  record: 2,
} as const;

export interface LaneDelivery {
  readonly source: string;
  readonly site: string;
  readonly bytes: Uint8Array;
  readonly format: FormatName | undefined;
  readonly key: string | undefined;
  readonly receivedAt: number;
  /** What events are taken for that nothing recognises. */
  readonly as: KnownLogSource | undefined;
  /** What the door knows of all records; see `Delivery.facts`. */
  readonly facts: Readonly<Record<string, string>> | undefined;
  /** Numbers of records that ended a lane before: they become dead letters unread. */
  readonly skip: readonly number[];
}

export interface LaneAnswer {
  /** Rows of all deliveries, one delivery after the other. */
  readonly batch: SpelledBatch;
  /** In the order of the task's. */
  readonly deliveries: readonly DeliveryAnswer[];
  /** Processor time that the task took, in microseconds. */
  readonly cpu: number;
}

export interface DeliveryAnswer {
  readonly rows: number;
  readonly lost: readonly LostRecord[];
  readonly found: readonly FoundMatch[];
  /** Where they were asked for. */
  readonly signIns?: readonly SignIn[];
}

/** A record that could not be read, or not be asked about. */
export interface LostRecord {
  readonly index: number;
  readonly offset: number;
  readonly length: number;
  readonly code: string;
  readonly message: string;
  readonly format: string;
}

/** A rule that held for an event. */
export interface FoundMatch {
  /** Number of the event's row in the batch. */
  readonly row: number;
  /** Number of the rule among the set's detections; -1 of one that the program brings itself. */
  readonly rule: number;
  readonly builtIn?: RuleFacts;
  /** 32 hex digits. */
  readonly id: string;
  readonly uid: string;
  readonly time: number;
  readonly kind: string;
  readonly host: string;
  readonly user: string;
  readonly entity: string;
  /** JSON of `MatchedValue[]`. */
  readonly matched: string;
  /** JSON of field → texts: what correlations ask for; `{}` where they ask for nothing. */
  readonly fields: string;
  readonly raw: string;
  /** Ids of the exceptions that hold for it. */
  readonly excepted: readonly string[];
}
