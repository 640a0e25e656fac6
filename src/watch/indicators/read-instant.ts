/** Milliseconds since 1970, of a time as feeds write it: RFC 3339, a date, seconds or milliseconds; UTC where it says none. */
export function readInstant(text: string): number | undefined {
  const plain = text.trim();
  if (/^\d{9,11}$/.test(plain)) return Number(plain) * 1_000;
  if (/^\d{12,14}$/.test(plain)) return Number(plain);
  const found = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?))?\s?(Z|UTC|[+-]\d\d:?\d\d)?$/i.exec(
    plain,
  );
  if (!found) return undefined;
  const [, date, time = "00:00", zone = "Z"] = found;
  const read = Date.parse(`${date}T${time}${/^(?:utc|z)$/i.test(zone) ? "Z" : zone}`);
  return Number.isNaN(read) ? undefined : read;
}
