import { fieldRefReach } from "../match/field-ref.ts";
import { regexReach } from "../match/regex.ts";
import type { CidrTest, CompareTest, FieldRefTest, RegexTest, TimeTest } from "../plan.ts";
import { addressesSql, insideSql } from "./address-sql.ts";
import { foldedText } from "./case-sql.ts";
import type { FieldSql } from "./field-sql.ts";
import { plain, shared } from "./shared-sql.ts";
import { sqlString } from "./sql-text.ts";
import { timePartsSql } from "./time-sql.ts";

/** Some text in `values` (an `Array(String)`) is matched by one of the expressions. */
export function regexSql(tests: readonly RegexTest[], values: string): string {
  // The matcher looks no further than `regexReach` UTF-16 units; a text has at least as many bytes as units.
  const utf16 = "convertCharset(x, 'UTF-8', 'UTF-16LE')";
  const cut = `convertCharset(substring(${utf16}, 1, ${regexReach * 2}), 'UTF-16LE', 'UTF-8')`;
  const within = shared(`arrayMap(x -> if(length(x) <= ${regexReach}, x, ${cut}), ${values})`);
  return `arrayExists(x -> ${tests.map((test) => `match(x, ${sqlString(re2Source(test))})`).join(" OR ")}, ${within})`;
}

/**
 * ClickHouse turns dot-matches-newline on by itself, so every flag is said either way. Saying `i` also keeps it from
 * looking for a substring that it believes required: it takes `é?b` to need the first byte of `é` (ClickHouse 26.7).
 */
function re2Source({ source, ignoreCase, multiline, dotAll }: RegexTest): string {
  const flags = { i: ignoreCase, m: multiline, s: dotAll };
  const [on, off] = [true, false].map((state) =>
    Object.entries(flags)
      .map(([flag, set]) => (set === state ? flag : ""))
      .join(""),
  );
  return `(?${on}${off === "" ? "" : `-${off}`})${source.replaceAll("\0", "\\x00")}`;
}

export function cidrSql(tests: readonly CidrTest[], field: FieldSql): string {
  const inside = [...new Set(tests.map((test) => insideSql(test.network)))];
  return `arrayExists(a -> ${inside.map((one) => (inside.length > 1 ? `(${one})` : one)).join(" OR ")}, ${shared(addressesSql(field.leaves))})`;
}

const operators = { eq: "=", lt: "<", lte: "<=", gt: ">", gte: ">=" } as const;

export function compareSql(tests: readonly CompareTest[], { leaves, exponents }: FieldSql): string {
  const decimals = `arrayFilter(x -> match(x, '^-?[0-9]+(?:\\\\.[0-9]+)?$'), ${leaves})`;
  const numbers = shared(`arrayMap(x -> toFloat64OrZero(x), arrayConcat(${decimals}, ${exponents}))`);
  return `arrayExists(n -> ${tests.map(({ than, number }) => `n ${operators[than]} ${sqlNumber(number)}`).join(" OR ")}, ${numbers})`;
}

export function timeSql({ part, is, number }: TimeTest, field: FieldSql): string {
  return `arrayExists(n -> n ${operators[is]} ${sqlNumber(number)}, ${shared(timePartsSql(field.leaves, part))})`;
}

export function fieldRefSql(test: FieldRefTest, field: FieldSql, other: FieldSql): string {
  const inCase = (texts: string): string => (test.cased ? texts : `arrayMap(x -> ${foldedText("x")}, ${texts})`);
  const hay = inCase(field.texts);
  const needles = inCase(`arraySlice(${plain(other.texts)}, 1, ${fieldRefReach})`);
  if (test.how === "equals") return `hasAny(${hay}, ${needles})`;
  const stands = { contains: "position(x, y) > 0", startswith: "startsWith(x, y)", endswith: "endsWith(x, y)" }[
    test.how
  ];
  return `arrayExists(x -> arrayExists(y -> ${stands}, ${needles}), ${hay})`;
}

/** A literal beyond the safe integers would be read as an integer of another value. */
function sqlNumber(number: number): string {
  return Number.isSafeInteger(number) ? String(number) : `toFloat64('${number}')`;
}
