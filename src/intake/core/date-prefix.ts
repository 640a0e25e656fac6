const day = 86_400_000;
/** Days that are listed at most, however long nobody has looked. */
const mostDays = 100;

/**
 * The prefixes of a bucket in which new objects may lie: a template's `{yyyy}`, `{MM}` and `{dd}` stand for today, the day before, and the days
 * since `since`, in UTC, so that a bucket of years is not listed anew each minute and an outage of days leaves nothing out. A template without
 * them is one prefix.
 */
export function datePrefixes(template: string, now: number, since: number = now): string[] {
  const today = Math.floor(now / day);
  const first = Math.max(today - mostDays + 1, Math.min(today - 1, Math.floor(since / day)));
  const days = Array.from({ length: today - first + 1 }, (_, at) => {
    const [yyyy = "", MM = "", dd = ""] = new Date((first + at) * day).toISOString().slice(0, 10).split("-");
    return template.replaceAll("{yyyy}", yyyy).replaceAll("{MM}", MM).replaceAll("{dd}", dd);
  });
  return [...new Set(days)];
}
