/**
 * The prefixes of a bucket in which new objects may lie: a template's `{yyyy}`, `{MM}` and `{dd}` stand for today and the day before, in UTC,
 * so that a bucket of years is not listed anew each minute. A template without them is one prefix.
 */
export function datePrefixes(template: string, now: number): string[] {
  const days = [now - 86_400_000, now].map((at) => {
    const [yyyy = "", MM = "", dd = ""] = new Date(at).toISOString().slice(0, 10).split("-");
    return template.replaceAll("{yyyy}", yyyy).replaceAll("{MM}", MM).replaceAll("{dd}", dd);
  });
  return [...new Set(days)];
}
