import type { Json } from "#sigma";

/**
 * A point in time as logs write it, in milliseconds since 1970 (UTC); undefined when it is none. Reads
 * - RFC 3339 / ISO 8601, with `T`, a space or nothing of a zone (then UTC): `2025-10-25T13:21:33.116889Z`, `2020-06-09 22:50:54`;
 * - `1626611363.720:348501`, as audit records give time and serial number;
 * - seconds, milliseconds, microseconds or nanoseconds since 1970, as number or text, told apart by size;
 * - RFC 3164 and access-log times: `Oct 11 22:14:15` (needs `year`), `10/Oct/2000:13:55:36 -0700`;
 * - .NET's `/Date(1592000000000)/`.
 */
export function readTime(value: Json, year?: number): number | undefined {
  if (typeof value === "number") return fromEpoch(value);
  if (typeof value !== "string" || value.length > 64 || value.length < 4) return undefined;
  return fromIso(value) ?? fromNumberText(value) ?? fromWords(value, year);
}

/** 1e11 seconds is the year 5138; 1e11 ms is 1973: between them lies no doubt for logs of our time. */
function fromEpoch(number: number): number | undefined {
  if (!Number.isFinite(number) || number <= 0) return undefined;
  if (number < 1e11) return Math.round(number * 1000);
  if (number < 1e14) return Math.round(number);
  if (number < 1e17) return Math.round(number / 1e3);
  return number < 1e20 ? Math.round(number / 1e6) : undefined;
}

const iso =
  /^(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9})\d*)?)?\s*(Z|z|UTC|[+-]\d\d:?\d\d|[+-]\d\d)?$/;

function fromIso(text: string): number | undefined {
  const parts = iso.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second = "0", fraction = "", zone] = parts;
  const millis = Math.trunc(Number(`0.${fraction || "0"}`) * 1000);
  return utc(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second), millis, zone);
}

function fromNumberText(text: string): number | undefined {
  const number = /^(\d{9,20}(?:\.\d+)?)(?::\d{1,20})?$/.exec(text);
  if (number) return fromEpoch(Number(number[1]));
  const date = /^\/Date\((\d{1,16})\)\/$/.exec(text);
  return date ? fromEpoch(Number(date[1])) : undefined;
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const syslog = /^([A-Z][a-z]{2}) {1,2}(\d{1,2})(?: (\d{4}))? (\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?: (\d{4}))?$/;
const accessLog = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d)(?: ([+-]\d{4}))?$/;

function fromWords(text: string, year: number | undefined): number | undefined {
  const line = syslog.exec(text);
  if (line) {
    const [, month = "", day, before, hour, minute, second, fraction = "0", after] = line;
    const known = before ?? after ?? year;
    if (known === undefined) return undefined;
    const millis = Math.trunc(Number(`0.${fraction}`) * 1000);
    return utc(
      Number(known),
      monthOf(month),
      Number(day),
      Number(hour),
      Number(minute),
      Number(second),
      millis,
      undefined,
    );
  }
  const access = accessLog.exec(text);
  if (!access) return undefined;
  const [, day, month = "", written, hour, minute, second, zone] = access;
  return utc(Number(written), monthOf(month), Number(day), Number(hour), Number(minute), Number(second), 0, zone);
}

function monthOf(name: string): number {
  return months.indexOf(name.toLowerCase()) + 1;
}

function utc(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  millis: number,
  zone: string | undefined,
): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second, millis) - offsetOf(zone);
}

function offsetOf(zone: string | undefined): number {
  const parts = /^([+-])(\d\d):?(\d\d)?$/.exec(zone ?? "");
  if (!parts) return 0;
  const minutes = Number(parts[2]) * 60 + Number(parts[3] ?? 0);
  return (parts[1] === "-" ? -minutes : minutes) * 60_000;
}
