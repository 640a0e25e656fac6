import type { TimeTest } from "../plan.ts";
import { sqlString } from "./sql-text.ts";

/**
 * `Array(Int64)`: the part, in UTC, of each of these strings (an `Array(String)`) that is an RFC 3339 / ISO 8601 time;
 * other text gives none. Reckoned in whole numbers, as match/time-part.ts means it: ClickHouse's own dates end in 2299,
 * and its parsers take text that is no time.
 */
export function timePartsSql(strings: string, part: TimeTest["part"]): string {
  const fields = `arrayFilter(g -> notEmpty(g), arrayMap(x -> extractGroups(x, ${form}), ${strings}))`;
  const numbers = `arrayMap(g -> arrayMap(n -> toInt64OrZero(n), arrayConcat(arraySlice(g, 1, 6), arraySlice(g, 9, 2), [if(g[8] = '-', '-1', '1')])), ${fields})`;
  const minutes = `arrayMap(n -> ${minutesOf}, arrayFilter(n -> ${isTime}, ${numbers}))`;
  if (part === "minute") return `arrayMap(m -> m % 60, ${minutes})`;
  if (part === "hour") return `arrayMap(m -> intDiv(m, 60) % 24, ${minutes})`;
  const days = `arrayMap(m -> intDiv(m, 1440), ${minutes})`;
  switch (part) {
    case "day":
      return `arrayMap(c -> c.3, ${calendar(days)})`;
    case "month":
      return `arrayMap(c -> c.2, ${calendar(days)})`;
    case "year":
      return `arrayMap(c -> c.1, ${calendar(days)})`;
    case "week":
      // ISO 8601: a week belongs to the year of its Thursday. Day 0 is a Wednesday.
      return `arrayMap(c -> intDiv(c.4, 7) + 1, ${calendar(`arrayMap(d -> d - (d + 2) % 7 + 3, ${days})`)})`;
  }
}

const form = sqlString(
  String.raw`^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?(?:([Zz])|([+-])(\d\d):?(\d\d)?)?)?$`,
);

const leapYear = (year: string): string => `(${year} % 4 = 0 AND (${year} % 100 != 0 OR ${year} % 400 = 0))`;

/** `n`: year, month, day, hour, minute, second, the zone's hours and minutes, its sign. */
const isTime =
  `n[2] BETWEEN 1 AND 12 AND n[3] >= 1 AND n[3] <= multiIf(n[2] IN (4, 6, 9, 11), 30, n[2] != 2, 31, ${leapYear("n[1]")}, 29, 28)` +
  ` AND n[4] <= 23 AND n[5] <= 59 AND n[6] <= 60 AND n[7] <= 23 AND n[8] <= 59`;

/**
 * Days are counted from 1 March of the year -400, and a year begins in March while reckoning: the leap day is then its
 * last, and 400 years are always 146097 days. Second 60 is the next minute's first.
 */
const minutesOf = (() => {
  const year = `(n[1] + 400 - (n[2] <= 2))`;
  const dayOfYear = `intDiv(153 * ((n[2] + 9) % 12) + 2, 5) + n[3] - 1`;
  const days = `${year} * 365 + intDiv(${year}, 4) - intDiv(${year}, 100) + intDiv(${year}, 400) + ${dayOfYear}`;
  return `(${days}) * 1440 + n[4] * 60 + n[5] - n[9] * (n[7] * 60 + n[8]) + (n[6] = 60)`;
})();

/** From days to (year, month, day, day of the year from 0). */
function calendar(days: string): string {
  const cycles = `arrayMap(d -> (intDiv(d, 146097), d % 146097), ${days})`;
  const years = `arrayMap(c -> (c.1, c.2, intDiv(c.2 - intDiv(c.2, 1460) + intDiv(c.2, 36524) - intDiv(c.2, 146096), 365)), ${cycles})`;
  const inYear = `arrayMap(c -> (c.1 * 400 + c.3 - 400, c.2 - (365 * c.3 + intDiv(c.3, 4) - intDiv(c.3, 100))), ${years})`;
  const months = `arrayMap(c -> (c.1, c.2, intDiv(5 * c.2 + 2, 153)), ${inYear})`;
  const dates = `arrayMap(c -> (c.1 + (c.3 >= 10), if(c.3 < 10, c.3 + 3, c.3 - 9), c.2 - intDiv(153 * c.3 + 2, 5) + 1, c.2), ${months})`;
  return `arrayMap(c -> (c.1, c.2, c.3, if(c.2 > 2, c.4 + 59 + ${leapYear("(c.1 + 400)")}, c.4 - 306)), ${dates})`;
}
