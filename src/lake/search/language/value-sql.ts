import ipaddr from "ipaddr.js";
import type { FieldTest } from "./ast.ts";
import { closest } from "./closest.ts";
import { levels } from "./fields.ts";
import { isAnything, literalOf } from "./glob.ts";
import type { Parameters } from "./parameters.ts";
import type { ValuePlace } from "./places.ts";
import { endOfTime, readTime } from "./read-time.ts";
import { Unusable } from "./unusable.ts";

/** A test of a number, a time or a level. */
export function valueSql(test: FieldTest, place: ValuePlace, at: number, parameters: Parameters, now: number): string {
  if (place.kind === "time") return timeSql(test, place, at, parameters, now);
  const sql = place.kind === "level" ? levelRank(place.sql) : place.sql;
  const names = place.kind === "level" ? Object.fromEntries(levels.map((level, index) => [level, index])) : place.names;
  const unknown = place.kind === "level" ? -1 : 0;
  switch (test.is) {
    case "compare": {
      const compared = `${sql} ${test.by} ${parameters.number(readNumber(test.value, place, at, names))}`;
      // What is unknown is neither less nor more.
      return place.kind === "level" ? `(${sql} >= 0 AND ${compared})` : compared;
    }
    case "range":
      return rangeSql(test, sql, at, parameters, (text) => readNumber(text, place, at, names));
    case "regex":
      throw notForThis(place, at, "a regular expression");
    default: {
      if (isAnything(test.glob)) return `${sql} != ${unknown}`;
      const literal = literalOf(test.glob);
      if (literal === undefined) throw notForThis(place, at, "wildcards");
      if (literal === "") return `${sql} = ${unknown}`;
      return `${sql} = ${parameters.number(readNumber(literal, place, at, names))}`;
    }
  }
}

/** A level as a number, 0 for the least; -1 for what is none. */
export function levelRank(sql: string): string {
  return `transform(lower(${sql}), ['${levels.join("', '")}'], [${levels.map((_, index) => index).join(", ")}], -1)`;
}

function notForThis({ title, kind }: ValuePlace, at: number, what: string): Unusable {
  const holds = kind === "time" ? "times" : kind === "level" ? "levels" : "numbers";
  return new Unusable({
    code: "value",
    at,
    length: title.length,
    says: `${title} holds ${holds}, which ${what} cannot be asked of.`,
  });
}

function readNumber(
  text: string,
  { title }: { readonly title: string },
  at: number,
  names: Readonly<Record<string, number>> | undefined,
): number {
  const named = names && Object.hasOwn(names, text.toLowerCase()) ? names[text.toLowerCase()] : undefined;
  if (named !== undefined) return named;
  if (/^[+-]?(?:\d{1,15}(?:\.\d{1,15})?|\.\d{1,15})$/.test(text.trim())) return Number(text);
  const suggestion = names && closest(text, Object.keys(names));
  throw new Unusable({
    code: "value",
    at,
    length: title.length,
    says: `${title} is compared with a number${names ? ` or one of ${Object.keys(names).join(", ")}` : ""}, which "${text}" is not.`,
    expected: names ? Object.keys(names) : ["a number"],
    ...(suggestion === undefined ? {} : { suggestion }),
  });
}

export function compareSql(
  test: Extract<FieldTest, { is: "compare" }>,
  sql: string,
  at: number,
  parameters: Parameters,
): string {
  return `${sql} ${test.by} ${parameters.number(readNumber(test.value, { title: "a field" }, at, undefined))}`;
}

export function rangeSql(
  { from, to }: Extract<FieldTest, { is: "range" }>,
  sql: string,
  at: number,
  parameters: Parameters,
  read: (text: string) => number = (text) => readNumber(text, { title: "a range" }, at, undefined),
): string {
  const ends = [
    ...(from === "*" ? [] : [`${sql} >= ${parameters.number(read(from))}`]),
    ...(to === "*" ? [] : [`${sql} <= ${parameters.number(read(to))}`]),
  ];
  return ends.length === 0 ? `${sql} = ${sql}` : `(${ends.join(" AND ")})`;
}

function timeSql(test: FieldTest, { sql, title }: ValuePlace, at: number, parameters: Parameters, now: number): string {
  const read = (text: string): number => {
    const time = readTime(text, now);
    if (time !== undefined) return time;
    throw new Unusable({
      code: "value",
      at,
      length: title.length,
      says: `"${text}" is no time.`,
      expected: ["2026-01-31T04:00:00Z", "2026-01-31", "-24h", "now", "milliseconds since 1970"],
    });
  };
  switch (test.is) {
    case "compare":
      // A day is all of it: `time>2026-01-31` begins with the next one.
      return test.by === ">" || test.by === "<="
        ? `${sql} ${test.by === ">" ? ">=" : "<"} ${parameters.time(endOfTime(test.value, read(test.value)))}`
        : `${sql} ${test.by} ${parameters.time(read(test.value))}`;
    case "range": {
      const ends = [
        ...(test.from === "*" ? [] : [`${sql} >= ${parameters.time(read(test.from))}`]),
        ...(test.to === "*" ? [] : [`${sql} < ${parameters.time(endOfTime(test.to, read(test.to)))}`]),
      ];
      return ends.length === 0 ? "true" : `(${ends.join(" AND ")})`;
    }
    case "regex":
      throw notForThis({ kind: "time", sql, title, lower: false }, at, "a regular expression");
    default: {
      if (isAnything(test.glob)) return "true";
      const literal = literalOf(test.glob);
      if (literal === undefined) throw notForThis({ kind: "time", sql, title, lower: false }, at, "wildcards");
      const start = read(literal);
      return `(${sql} >= ${parameters.time(start)} AND ${sql} < ${parameters.time(endOfTime(literal, start))})`;
    }
  }
}

/** A network in CIDR notation, its address bits beyond the prefix cleared. */
export function readAddress(text: string): { readonly version: 4 | 6; readonly network: string } | undefined {
  if (!ipaddr.isValidCIDR(text)) return undefined;
  const [address, bits] = ipaddr.parseCIDR(text);
  return { version: address.kind() === "ipv4" ? 4 : 6, network: `${address.toString()}/${bits}` };
}
