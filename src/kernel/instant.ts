declare const brand: unique symbol;

/** A moment: whole milliseconds since 1970-01-01T00:00:00Z, without leap seconds. */
export type Instant = number & { readonly [brand]: "instant" };

/** What RFC 3339 can spell: the years 0000 to 9999. */
const earliest = -62_167_219_200_000;
const latest = 253_402_300_799_999;

/** Throws a RangeError for what is no whole number of milliseconds or lies outside the years 0000 to 9999. */
export function instant(milliseconds: number): Instant {
  if (!Number.isSafeInteger(milliseconds) || milliseconds < earliest || milliseconds > latest)
    throw new RangeError(`not an instant: ${milliseconds}`);
  return milliseconds as Instant;
}

/** RFC 3339 in UTC with milliseconds: `2026-01-31T04:00:00.000Z`. */
export function formatInstant(at: Instant): string {
  return new Date(at).toISOString();
}

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/** Reads RFC 3339 with any offset; fractions finer than a millisecond are cut. `undefined` for anything else. */
export function parseInstant(text: string): Instant | undefined {
  const found = rfc3339.exec(text);
  if (!found) return undefined;
  const [, year, month, day, hour, minute, second, fraction = "", sign, offsetHour = "0", offsetMinute = "0"] = found;
  const inOffset = Number(offsetHour) <= 23 && Number(offsetMinute) <= 59;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, "0")}Z`;
  const local = Date.parse(iso);
  // Date.parse rolls 31 February over into March; what does not come back as it was written is no date.
  if (Number.isNaN(local) || !inOffset || new Date(local).toISOString() !== iso) return undefined;
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60_000;
  const utc = sign === "-" ? local + offset : local - offset;
  return utc < earliest || utc > latest ? undefined : (utc as Instant);
}
