import type { Level, RuleSet } from "#sigma";

/** One rule set as it is to be loaded. */
export interface LoadSet {
  readonly id: string;
  /** A folder or a file. */
  readonly path: string;
  /** Rules below it are off. */
  readonly level: Level;
}

export interface LoadTask {
  readonly sets: readonly LoadSet[];
  /** Ids of rules that somebody switched off. */
  readonly off: readonly string[];
  /** A folder for read rules. */
  readonly cache: string;
  /** What `%name%` may stand for in rules. Only those that a rule names are given to its reader. */
  readonly placeholders: Readonly<Record<string, readonly string[]>>;
}

/** Past this many values a list is none that rules may name; see `mostExpandedValues` of Sigma's reader. */
export const mostPlaceholderValues = 10_000;

/** A rule as a list of rules shows it, on or not. */
export interface ListedRule {
  readonly id: string;
  readonly set: string;
  readonly title: string;
  readonly type: "detection" | "correlation";
  readonly level: Level;
  readonly status: string;
  readonly tags: readonly string[];
  readonly author: string;
  readonly description: string;
  /** product/category/service, `*` where the rule says nothing. */
  readonly logsource: string;
  readonly file: string;
  /** Of its document in the file. */
  readonly line: number;
  /** `on`; `serving`: only correlations see it; `off`; `below`: under its set's level; `broken`: set aside. */
  readonly state: "on" | "serving" | "off" | "below" | "broken";
  /** Why it is broken. */
  readonly why: string;
  /** Milliseconds; see `AlertSettings`. */
  readonly window: number;
  readonly falsepositives: readonly string[];
  readonly references: readonly string[];
}

export interface LoadedSets {
  readonly json: SharedArrayBuffer;
  /** The set without plans. */
  readonly correlating: RuleSet;
  readonly rules: readonly ListedRule[];
  /** Id of each set → what is wrong with it as a whole. */
  readonly problems: Readonly<Record<string, string>>;
  /** Names of placeholders in the rules, known or not. */
  readonly placeholders: readonly string[];
}
