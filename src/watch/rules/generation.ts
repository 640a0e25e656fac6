import type { Level, RuleSet } from "#sigma";

/** What everybody but the lanes needs to know of a rule that is in force. */
export interface RuleFacts {
  readonly id: string;
  readonly title: string;
  readonly type: "detection" | "correlation";
  readonly level: Level;
  readonly tags: readonly string[];
  /** Serves correlations only. */
  readonly silent: boolean;
  /** Milliseconds; see `AlertSettings`. */
  readonly window: number;
  /** Of its file, as it was loaded. */
  readonly file: string;
  /** Id of the rule set it came from. */
  readonly set: string;
}

/** The rules in force, all of them or none: a delivery is asked by the rules of one generation from its first record to its last. */
export interface Generation {
  readonly number: number;
  /** By number among the set's detections: what lanes call a rule. */
  readonly detections: readonly RuleFacts[];
  /** Detections and correlations. */
  readonly byId: ReadonlyMap<string, RuleFacts>;
  /** The set without its plans: all that a correlator asks for. */
  readonly correlating: RuleSet;
  /** The whole set as JSON, for lanes. */
  readonly json: SharedArrayBuffer;
}
