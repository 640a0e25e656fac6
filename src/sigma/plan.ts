/**
 * What a rule means, once its words are resolved: a boolean expression over tests of one field each.
 *
 * Both back ends (the stream matcher and ClickHouse SQL) compile this and nothing else, so that a rule has one meaning.
 * Modifiers are gone here: `windash`, `base64offset`, `wide` and the like have become the values they stand for,
 * `all` has become `and`, `neq` has become `not`.
 *
 * The event that a plan is asked of is a multimap from field name to values (event.ts). A test of a field is true when
 * it is true of at least one of the field's values. Values are compared by their text: a string is itself, a number its
 * shortest decimal form (`String(n)`), a boolean `true` or `false`, an object or nested array its `JSON.stringify`.
 * JSON `null` counts as no value at all.
 */
export type Expr =
  | { readonly kind: "and"; readonly of: readonly Expr[] }
  | { readonly kind: "or"; readonly of: readonly Expr[] }
  | { readonly kind: "not"; readonly of: Expr }
  /** True or false whatever the event; an empty `and` is true, an empty `or` false. */
  | { readonly kind: "constant"; readonly value: boolean }
  | FieldTest
  | KeywordTest;

/** A test of the values of one field. */
export interface FieldTest {
  readonly kind: "field";
  /** Case-sensitive; dots reach into nested objects and through arrays. An exact key that holds dots wins over nesting. */
  readonly field: string;
  readonly test: ValueTest;
  readonly origin: Origin;
}

/** A test of every leaf value of the event (Sigma keywords). A `like` here is unanchored: it is asked "contains". */
export interface KeywordTest {
  readonly kind: "keyword";
  readonly test: LikeTest | RegexTest;
  readonly origin: Origin;
}

export type ValueTest =
  | LikeTest
  | RegexTest
  | CidrTest
  | CompareTest
  | TimeTest
  | ExistsTest
  | AbsentTest
  | FieldRefTest;

/** Text against a wildcard pattern, anchored at both ends (`contains` has put `*` at both ends already). */
export interface LikeTest {
  readonly op: "like";
  readonly pattern: Pattern;
  /** false: both sides are folded with `fold` (fold.ts) first. Literals in the pattern are NOT folded yet. */
  readonly cased: boolean;
}

/** RE2 syntax, unanchored unless the pattern says otherwise. */
export interface RegexTest {
  readonly op: "regex";
  readonly source: string;
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
}

/** An address, or a list of them as text, inside a network; text that is no address is outside all. IPv4-mapped IPv6 counts as IPv4. */
export interface CidrTest {
  readonly op: "cidr";
  /** As written in the rule, checked: `10.0.0.0/8`, `fe80::/10`. */
  readonly network: string;
}

/** The value as a number (JSON number, or text that is a plain decimal number) against a constant; other text is never true. */
export interface CompareTest {
  readonly op: "compare";
  readonly than: "lt" | "lte" | "gt" | "gte";
  readonly number: number;
}

/** A part, in UTC, of the value read as RFC 3339 / ISO 8601 time; a time without zone is UTC. `week` is the ISO week. */
export interface TimeTest {
  readonly op: "time";
  readonly part: "minute" | "hour" | "day" | "week" | "month" | "year";
  readonly is: "eq" | "lt" | "lte" | "gt" | "gte";
  readonly number: number;
}

/** The field has at least one value. (`exists: false` is `not` of it.) */
export interface ExistsTest {
  readonly op: "exists";
}

/** The field has no value: Sigma's `null`. */
export interface AbsentTest {
  readonly op: "absent";
}

/** Some value of this field against some value of another. */
export interface FieldRefTest {
  readonly op: "fieldref";
  readonly field: string;
  readonly how: "equals" | "contains" | "startswith" | "endswith";
  readonly cased: boolean;
}

/** A wildcard pattern in order: literal text, `any` (any run of characters, also none), `one` (exactly one code point). */
export type Pattern = readonly PatternPart[];
export type PatternPart = string | typeof ANY | typeof ONE;
/** Numbers, so that a plan is plain data: it crosses a worker's boundary and goes into a cache as it is. */
export const ANY = 1;
export const ONE = 2;

/** Where a test stands in its rule, for messages and for `explain`. */
export interface Origin {
  /** The search identifier under `detection`. */
  readonly selection: string;
  /** The field with its modifiers as written, `CommandLine|contains`; empty for keywords. */
  readonly key: string;
  /** The value as written in the rule. */
  readonly value: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

export const always: Expr = { kind: "constant", value: true };
export const never: Expr = { kind: "constant", value: false };
