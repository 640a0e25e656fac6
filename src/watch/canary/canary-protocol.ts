import type { ReadingLimits } from "#ingest";
import type { SharedExceptions } from "../spine/lane-protocol.ts";

export interface CanarySetup {
  /** UTF-8 JSON of the `RuleSet`. */
  readonly ruleSet: SharedArrayBuffer;
  readonly limits: Partial<ReadingLimits>;
}

export interface CanaryTask {
  readonly exceptions: SharedExceptions | undefined;
}

/** Whether a rule answers to what it has to answer to. */
export interface CanaryResult {
  readonly rule: string;
  /** `none`: there is no example, so nobody knows. */
  readonly state: "alive" | "dead" | "none";
  readonly example: "own" | "made" | "none";
  /** Why it is dead, for people. */
  readonly why: string;
  /** Ids of exceptions that hold its example back: it is alive and would raise no alert. */
  readonly excepted: readonly string[];
}
