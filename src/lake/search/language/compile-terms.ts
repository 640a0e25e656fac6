import type { FieldTest, Term } from "./ast.ts";
import type { FieldPlace } from "./places.ts";
import { foldAscii, isAscii, spellingsOf } from "./fold-case.ts";
import { wholeRegex, wordsRegex } from "./glob-regex.ts";
import { type Glob, isAnything, literalOf } from "./glob.ts";
import { jsonValuesSql, pathTokens } from "./json-values.ts";
import type { Parameters } from "./parameters.ts";
import { searchedTextSql, spelledInRecord } from "./searched-text.ts";
import { innerRun, isOneToken, wholeTokens } from "./tokens.ts";
import { compareSql, rangeSql, readAddress, valueSql } from "./value-sql.ts";
import { assertRegex, Unusable } from "./unusable.ts";

/** Where a term's fields and words are looked up. */
export interface Scope {
  readonly parameters: Parameters;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** All columns that a name means. Throws Unusable for one that means none. */
  places(name: string, at: number): readonly FieldPlace[];
  /** The column with the record's JSON; absent where there is none any more. The text index is over its `searchedTextSql`. */
  readonly record?: string;
}

/** SQL, true or false for each row: never NULL. Throws Unusable for what a field cannot be asked. */
export function compileTerm(term: Term, scope: Scope): string {
  switch (term.is) {
    case "all":
      return "true";
    case "and":
    case "or":
      return `(${term.of.map((part) => compileTerm(part, scope)).join(term.is === "and" ? " AND " : " OR ")})`;
    case "not":
      return `(NOT ${compileTerm(term.of, scope)})`;
    case "text":
      return recordSql(term.glob, term.at, scope);
    case "field": {
      const asked = scope.places(term.field, term.at).map((place) => testSql(term.test, place, term.at, scope));
      return asked.length === 1 ? asked[0]! : `(${asked.join(" OR ")})`;
    }
  }
}

/** Words anywhere in the record. */
function recordSql(glob: Glob, at: number, { record, parameters }: Scope): string {
  if (!record)
    throw new Unusable({
      code: "field",
      at,
      length: 1,
      says: "After this step there is no record to look for words in; name a field.",
    });
  if (glob.length === 0 || isAnything(glob)) return "true";
  const spelled = spelledInRecord(glob);
  const text = searchedTextSql(record);
  if (isOneToken(spelled)) return `hasAllTokens(${text}, ${parameters.texts([foldAscii(String(spelled[0]))])})`;
  const checked = `match(${text}, ${parameters.text(wordsRegex(spelled))})`;
  const prefilter = recordPrefilter(spelled, [], text, parameters);
  return prefilter === undefined ? checked : `(${prefilter} AND ${checked})`;
}

/** What the index knows of a needle; true for every record that has it, and for some others. */
function recordPrefilter(
  spelled: Glob,
  also: readonly string[],
  text: string,
  parameters: Parameters,
): string | undefined {
  const tokens = [...new Set([...also, ...wholeTokens(spelled, true)])];
  if (tokens.length > 0) return `hasAllTokens(${text}, ${parameters.texts(tokens)})`;
  const alternatives = cases(spelled);
  if (alternatives) return `hasAnyTokens(${text}, ${parameters.texts(alternatives)})`;
  const run = innerRun(spelled);
  return run === undefined ? undefined : `${text} LIKE ${parameters.text(`%${foldAscii(run)}%`)}`;
}

/** One word with letters beyond ASCII, in all its cases, where they are few. */
function cases(glob: Glob): string[] | undefined {
  const word = literalOf(glob);
  if (word === undefined || !/^[\p{L}\p{N}]+$/u.test(word)) return undefined;
  let found = [""];
  for (const character of word) {
    const spellings = isAscii(character) ? [foldAscii(character)] : spellingsOf(character);
    found = found.flatMap((start) => spellings.map((spelling) => start + spelling));
    if (found.length > 32) return undefined;
  }
  return found;
}

function testSql(test: FieldTest, place: FieldPlace, at: number, scope: Scope): string {
  if (place.kind === "json") return jsonSql(test, place.path, at, scope);
  if (place.kind === "number" || place.kind === "time" || place.kind === "level")
    return valueSql(test, place, at, scope.parameters, scope.now);
  if (test.is === "compare" || test.is === "range")
    throw new Unusable({
      code: "value",
      at,
      length: 1,
      says: `${place.title} holds text, which is not compared by size.`,
    });
  if (place.kind === "list") {
    if (test.is !== "regex" && isAnything(test.glob)) return `notEmpty(${place.sql})`;
    if (test.is !== "regex" && literalOf(test.glob) === "") return `empty(${place.sql})`;
    const whole = test.is === "regex" ? undefined : literalOf(test.glob);
    if (place.lower && whole !== undefined) return `has(${place.sql}, ${scope.parameters.text(foldAscii(whole))})`;
    return `arrayExists(x -> ${textSql(test, "x", "name", false, at, scope)}, ${place.sql})`;
  }
  if (place.kind === "address" && test.is !== "regex") {
    const network = literalOf(test.glob)?.includes("/") ? readAddress(literalOf(test.glob)!) : undefined;
    if (network) return networkSql(place.sql, network, scope.parameters);
  }
  return textSql(test, place.sql, place.kind, place.lower, at, scope);
}

function networkSql(
  sql: string,
  { version, network }: { version: 4 | 6; network: string },
  parameters: Parameters,
): string {
  const [is, otherwise] = version === 4 ? ["isIPv4String", "0.0.0.0"] : ["isIPv6String", "::"];
  return `(${is}(${sql}) AND isIPAddressInRange(if(${is}(${sql}), ${sql}, '${otherwise}'), ${parameters.text(network)}))`;
}

/** A test of one text. `lower`: the text has no capitals. */
function textSql(
  test: Exclude<FieldTest, { is: "compare" | "range" }>,
  sql: string,
  kind: "text" | "name" | "address",
  lower: boolean,
  at: number,
  { parameters }: Pick<Scope, "parameters">,
): string {
  if (test.is === "regex") return `match(${sql}, ${parameters.text(assertRegex(test.source, at))})`;
  if (isAnything(test.glob)) return `${sql} != ''`;
  const literal = literalOf(test.glob);
  if (literal === "") return `${sql} = ''`;
  const folded = lower ? sql : `lower(${sql})`;
  if (test.is === "words" && kind === "text") return `match(${folded}, ${parameters.text(wordsRegex(test.glob))})`;
  if (literal !== undefined && hasOneSpelling(literal)) return `${folded} = ${parameters.text(foldAscii(literal))}`;
  return `match(${folded}, ${parameters.text(wholeRegex(test.glob))})`;
}

function hasOneSpelling(text: string): boolean {
  return Array.from(text).every((character) => isAscii(character) || spellingsOf(character).length === 1);
}

function jsonSql(test: FieldTest, path: string, at: number, scope: Scope): string {
  const { record, parameters } = scope;
  if (!record)
    throw new Unusable({
      code: "field",
      at,
      length: path.length,
      says: `After this step there is no record to look up ${path} in.`,
    });
  const values = jsonValuesSql(path, record, parameters);
  const glob = test.is === "words" || test.is === "equals" ? test.glob : undefined;
  if (glob && literalOf(glob) === "") return `(NOT arrayExists(x -> x != '', ${values}))`;
  const asked =
    glob && isAnything(glob)
      ? `notEmpty(${values})`
      : test.is === "compare" || test.is === "range"
        ? `arrayExists(x -> ${numberTextSql(test, at, parameters)}, ${values})`
        : `arrayExists(x -> ${textSql(test, "x", "text", false, at, scope)}, ${values})`;
  const prefilter = recordPrefilter(
    glob ? spelledInRecord(glob) : [],
    pathTokens(path),
    searchedTextSql(record),
    parameters,
  );
  return prefilter === undefined ? asked : `(${prefilter} AND ${asked})`;
}

function numberTextSql(
  test: Extract<FieldTest, { is: "compare" | "range" }>,
  at: number,
  parameters: Parameters,
): string {
  const read = `if(match(x, '^-?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?$'), ifNull(toFloat64OrNull(x), nan), nan)`;
  return test.is === "compare" ? compareSql(test, read, at, parameters) : rangeSql(test, read, at, parameters);
}
