import type { Glob } from "./glob.ts";

/** A search as it is meant: which rows, and what is made of them. `at` is the place in the text, for messages. */
export interface Query {
  readonly in: Lookup;
  readonly where: Term;
  readonly pipes: readonly Pipe[];
}

/** What is searched: everything that happened, or what rules found in it. */
export type Lookup = "events" | "findings";

export type Term =
  | { readonly is: "all" }
  | { readonly is: "and" | "or"; readonly of: readonly Term[] }
  | { readonly is: "not"; readonly of: Term }
  | { readonly is: "text"; readonly glob: Glob; readonly at: number }
  | { readonly is: "field"; readonly field: string; readonly test: FieldTest; readonly at: number };

export type FieldTest =
  /** `field:value`: the words are in the field; the whole value in a field that holds names. */
  | { readonly is: "words"; readonly glob: Glob }
  /** `field=value`. */
  | { readonly is: "equals"; readonly glob: Glob }
  | { readonly is: "compare"; readonly by: Comparison; readonly value: string }
  /** `field:[from TO to]`, both ends included; `*` for an open end. */
  | { readonly is: "range"; readonly from: string; readonly to: string }
  | { readonly is: "regex"; readonly source: string };

export const comparisons = ["<=", ">=", "<", ">"] as const;
export type Comparison = (typeof comparisons)[number];

export type Pipe =
  | {
      readonly is: "stats";
      readonly make: readonly Aggregate[];
      readonly by: readonly FieldName[];
      readonly at: number;
    }
  | {
      readonly is: "timechart";
      /** Milliseconds; absent: fitted to the time that is searched. */
      readonly span?: number;
      readonly make: readonly Aggregate[];
      readonly by?: FieldName;
      readonly at: number;
    }
  | { readonly is: "top" | "rare"; readonly most: number; readonly of: readonly FieldName[]; readonly at: number }
  | { readonly is: "fields" | "dedup"; readonly of: readonly FieldName[]; readonly at: number }
  | {
      readonly is: "sort";
      readonly by: readonly { readonly field: FieldName; readonly down: boolean }[];
      readonly at: number;
    }
  | { readonly is: "head"; readonly most: number; readonly at: number }
  | { readonly is: "where"; readonly where: Term; readonly at: number };

export interface FieldName {
  readonly name: string;
  readonly at: number;
}

export interface Aggregate {
  readonly does: AggregateName;
  readonly of?: FieldName;
  /** The column's name; `count`, `dc(user)` unless it says otherwise. */
  readonly as?: string;
  readonly at: number;
}

export const aggregateNames = [
  "count",
  "dc",
  "min",
  "max",
  "avg",
  "sum",
  "median",
  "p90",
  "p95",
  "p99",
  "values",
  "first",
  "last",
] as const;
export type AggregateName = (typeof aggregateNames)[number];

/** What a column of an aggregate is called. */
export function aggregateTitle({ does, of, as }: Aggregate): string {
  return as ?? (of === undefined ? does : `${does}(${of.name})`);
}

/** What is wrong with a search: for people, with the place in its text. */
export interface QueryProblem {
  readonly code: "syntax" | "too-large" | "field" | "value";
  /** In UTF-16 units from the start of the text. */
  readonly at: number;
  readonly length: number;
  readonly says: string;
  /** What would have fitted here. */
  readonly expected?: readonly string[];
  /** "Did you mean": a word to put in this place. */
  readonly suggestion?: string;
}

/** Past these a search is refused. */
export const queryBounds = {
  /** UTF-16 units. */
  length: 8_192,
  /** Parentheses within parentheses. */
  depth: 24,
  /** Words, values and fields in all. */
  terms: 256,
  pipes: 16,
  regex: 512,
} as const;
