import { parseInstant } from "#kernel";

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** What ClickHouse's DateTime64(3) holds, and a little less. */
const [earliest, latest] = [Date.UTC(1900, 0, 1), Date.UTC(2299, 11, 31)];

/**
 * A moment as people write it: RFC 3339, a date (`2026-01-31`, its first moment in UTC), a date with a time
 * (`2026-01-31T04:00`), milliseconds since 1970, or relative to now (`now`, `-24h`, `now-7d`, `+5m`). Milliseconds since
 * 1970, or nothing where it is none.
 */
export function readTime(text: string, now: number): number | undefined {
  const found = readAny(text.trim(), now);
  return found !== undefined && found >= earliest && found <= latest ? found : undefined;
}

function readAny(text: string, now: number): number | undefined {
  const relative = /^(?:now)?\s*([+-])\s*(\d{1,9})\s*(ms|s|m|h|d|w)$/i.exec(text);
  if (relative) return now + (relative[1] === "-" ? -1 : 1) * Number(relative[2]) * units[relative[3]!.toLowerCase()]!;
  if (/^now$/i.test(text)) return now;
  if (/^-?\d{1,15}$/.test(text)) return Number(text);
  const date = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/i.exec(text);
  if (!date) return undefined;
  const [, day, minutes = "00:00", seconds = ":00", zone = "Z"] = date;
  return parseInstant(`${day}T${minutes}${seconds}${zone.toUpperCase()}`);
}

/** The first moment after a date or time as precise as it was written: the next day, minute or second. */
export function endOfTime(text: string, start: number): number {
  const trimmed = text.trim();
  if (/^\d{4}-\d{2}-\d{2}$/.test(trimmed)) return start + 86_400_000;
  if (/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2})?$/i.test(trimmed)) return start + 60_000;
  if (/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2})?$/i.test(trimmed)) return start + 1_000;
  return start + 1;
}
