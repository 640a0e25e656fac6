import type { CorrelationRule, DetectionRule, Finding } from "./rule.ts";

/** Rules that were loaded together: references resolved, filters applied. */
export interface RuleSet {
  readonly detections: readonly DetectionRule[];
  readonly correlations: readonly CorrelationRule[];
  /** Documents that could not be used, each with the finding that says why; never matched loosely. */
  readonly setAside: readonly SetAside[];
  /** Everything noticed on the way, errors of set-aside rules included. */
  readonly findings: readonly Finding[];
  /**
   * Ids of detections and correlations that don't alert by themselves: a correlation is built on them, and none that is
   * says `generate: true`. They have to be matched all the same, as the correlation counts them.
   */
  readonly silent: readonly string[];
}

export interface SetAside {
  readonly id: string;
  readonly title: string;
  readonly file: string;
  readonly reason: Finding;
}
