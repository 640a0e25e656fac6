import type { Expr } from "./plan.ts";

/** A Sigma document, read and checked. */
export type SigmaDocument = DetectionRule | CorrelationRule | FilterRule;

/** What all three kinds of document carry (Sigma specification 2.1, metadata). */
export interface Metadata {
  /** The rule's UUID, or, where the author left it out, `<file>#<document number>`: unique within a rule set either way. */
  readonly id: string;
  /** Short name that correlations refer to. */
  readonly name?: string;
  readonly title: string;
  readonly description?: string;
  readonly status?: "stable" | "test" | "experimental" | "deprecated" | "unsupported";
  readonly level?: Level;
  readonly author?: string;
  readonly license?: string;
  /** ISO date as written, `2024-01-26`. */
  readonly date?: string;
  readonly modified?: string;
  readonly taxonomy?: string;
  readonly references: readonly string[];
  readonly tags: readonly string[];
  readonly falsepositives: readonly string[];
  readonly fields: readonly string[];
  readonly scope: readonly string[];
  readonly related: readonly { readonly id: string; readonly type: string }[];
  /** Keys that the specification does not know, kept as they are (`meridian`, for one). */
  readonly custom: Readonly<Record<string, unknown>>;
  readonly source: SourcePlace;
}

export interface SourcePlace {
  /** Path as given by the caller. */
  readonly file: string;
  /** 0-based number of the YAML document in the file. */
  readonly document: number;
  /** 1-based line on which the document starts. */
  readonly line: number;
}

export const levels = ["informational", "low", "medium", "high", "critical"] as const;
export type Level = (typeof levels)[number];

export interface LogSource {
  readonly category?: string;
  readonly product?: string;
  readonly service?: string;
  /** For people: how the source has to be set up. Nothing is routed by it. */
  readonly definition?: string;
}

export interface DetectionRule extends Metadata {
  readonly kind: "detection";
  readonly logsource: LogSource;
  /** The conditions as written; several are alternatives. */
  readonly conditions: readonly string[];
  /** The conditions, resolved; several conditions are an `or`. Filters that apply are in it already. */
  readonly plan: Expr;
  /** Ids of the filter documents whose conditions were added to `plan`. */
  readonly filteredBy: readonly string[];
}

export interface FilterRule extends Metadata {
  readonly kind: "filter";
  readonly logsource: LogSource;
  /** Ids or names; `any` stands for every rule that the log source fits. */
  readonly rules: readonly string[] | "any";
  readonly conditions: readonly string[];
  readonly plan: Expr;
}

export type CorrelationType =
  | "event_count"
  | "value_count"
  | "value_sum"
  | "value_avg"
  | "value_percentile"
  | "temporal"
  | "temporal_ordered";

export interface CorrelationRule extends Metadata {
  readonly kind: "correlation";
  readonly type: CorrelationType;
  /** As written: ids or names. Resolved against the set in `rule-set.ts`; a missing one is an error. */
  readonly rules: readonly string[];
  readonly groupBy: readonly string[];
  /** Milliseconds. */
  readonly timespan: number;
  /** Group-by name → rule (id or name) → that rule's field. */
  readonly aliases: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Whether the rules it refers to also alert by themselves. */
  readonly generate: boolean;
  readonly condition: CorrelationCondition;
}

export type CorrelationCondition =
  /** All bounds hold; `field` for the value types; `percentile` in 0..100 for value_percentile. */
  | {
      readonly kind: "bounds";
      readonly bounds: readonly Bound[];
      readonly field: readonly string[];
      readonly percentile?: number;
    }
  /** Temporal types: a boolean expression over rules; absent in the rule means all of them. */
  | { readonly kind: "rules"; readonly expr: RuleExpr };

export interface Bound {
  readonly is: "eq" | "neq" | "gt" | "gte" | "lt" | "lte";
  readonly number: number;
}

export type RuleExpr =
  | { readonly kind: "and"; readonly of: readonly RuleExpr[] }
  | { readonly kind: "or"; readonly of: readonly RuleExpr[] }
  | { readonly kind: "not"; readonly of: RuleExpr }
  | { readonly kind: "rule"; readonly rule: string };

/** Something wrong or doubtful in a rule, with what to do about it. */
export interface Finding {
  readonly severity: "error" | "warning" | "info";
  /** Stable: `unknown-modifier`, `placeholder-unresolved`, `title-too-long`. */
  readonly code: string;
  readonly message: string;
  /** What to do. */
  readonly advice: string;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}
