/** A finding that is to raise an alert or join one. */
export interface Candidate {
  /** Of the finding. */
  readonly id: string;
  readonly rule: string;
  readonly entity: string;
  /** Milliseconds since 1970, of the event. */
  readonly time: number;
  /** Milliseconds; of the rule. */
  readonly window: number;
}

/** An alert that findings of its key may join. */
export interface Joinable {
  readonly id: string;
  readonly key: string;
  readonly first: number;
  readonly last: number;
}

export function alertKey({ rule, entity }: Pick<Candidate, "rule" | "entity">): string {
  return `${rule} ${entity}`;
}

/**
 * Says which alert each finding belongs to, in their order: one of its key that it is no further from than its window,
 * the nearest of them, else a new one, whose id `idFor` makes of its first finding. Old findings join as well as new.
 */
export function assignAlerts(
  candidates: readonly Candidate[],
  known: readonly Joinable[],
  idFor: (first: Candidate) => string,
): readonly string[] {
  const byKey = new Map<string, { id: string; first: number; last: number }[]>();
  for (const { id, key, first, last } of known) {
    const list = byKey.get(key);
    if (list) list.push({ id, first, last });
    else byKey.set(key, [{ id, first, last }]);
  }
  return candidates.map((candidate) => {
    const { time, window } = candidate;
    const key = alertKey(candidate);
    let alerts = byKey.get(key);
    if (!alerts) byKey.set(key, (alerts = []));
    const distance = ({ first, last }: { first: number; last: number }) => Math.max(first - time, time - last, 0);
    let nearest = alerts[0];
    for (const alert of alerts) if (distance(alert) < distance(nearest!)) nearest = alert;
    if (!nearest || distance(nearest) > window) {
      nearest = { id: idFor(candidate), first: time, last: time };
      alerts.push(nearest);
    }
    nearest.first = Math.min(nearest.first, time);
    nearest.last = Math.max(nearest.last, time);
    return nearest.id;
  });
}
