import type { TimeTest } from "../plan.ts";

/** A part, in UTC, of an RFC 3339 / ISO 8601 time; undefined when the text is none. */
export function timePart(text: string, part: TimeTest["part"]): number | undefined {
  const at = parseTime(text);
  if (at === undefined) return undefined;
  const date = new Date(at);
  switch (part) {
    case "minute":
      return date.getUTCMinutes();
    case "hour":
      return date.getUTCHours();
    case "day":
      return date.getUTCDate();
    case "week":
      return isoWeek(at);
    case "month":
      return date.getUTCMonth() + 1;
    case "year":
      return date.getUTCFullYear();
  }
}

const form =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?(?:([Zz])|([+-])(\d\d):?(\d\d)?)?)?$/;

function parseTime(text: string): number | undefined {
  const found = form.exec(text);
  if (found === null) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((digits) => Number(digits ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const zone = [Number(found[9] ?? 0), Number(found[10] ?? 0)] as const;
  if (hour > 23 || minute > 59 || second > 60 || zone[0] > 23 || zone[1] > 59) return undefined;
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, month - 1, day);
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return undefined;
  const offset = (zone[0] * 60 + zone[1]) * (found[8] === "-" ? -1 : 1);
  return midnight.getTime() + (hour * 60 + minute - offset) * 60_000 + second * 1_000;
}

/** ISO 8601: week 1 is the week with the year's first Thursday. */
function isoWeek(at: number): number {
  const day = 86_400_000;
  const thursday = new Date(at);
  thursday.setUTCDate(thursday.getUTCDate() - ((thursday.getUTCDay() + 6) % 7) + 3);
  const january = new Date(0);
  january.setUTCFullYear(thursday.getUTCFullYear(), 0, 1);
  return Math.floor((thursday.getTime() - january.getTime()) / day / 7) + 1;
}
