const second = 1000;
/** A month and a year are the mean ones of the Gregorian calendar, as in pySigma. */
const units: Readonly<Record<string, number>> = {
  s: second,
  m: 60 * second,
  h: 3600 * second,
  d: 86_400 * second,
  w: 604_800 * second,
  M: 2_629_746 * second,
  y: 31_556_952 * second,
};

/** `90m` in milliseconds; undefined when it is no span of time or none longer than nothing. */
export function readTimespan(text: string): number | undefined {
  const match = /^(\d{1,9})([smhdwMy])$/.exec(text);
  const span = match ? Number(match[1]) * units[match[2]!]! : 0;
  return span > 0 ? span : undefined;
}
