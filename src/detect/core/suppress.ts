export interface SuppressionOptions {
  /** ms during which further findings of the same rule and entity are held back; 0 holds nothing back. */
  readonly span: number;
  /** Pairs of rule and entity remembered; past it the one untouched for longest is forgotten. */
  readonly maxKeys?: number;
}

export interface Suppression {
  /** Whether a finding is to be told. One without a time (NaN) always is. */
  admits(rule: string, entity: string, time: number): boolean;
  /** Findings held back. */
  readonly held: number;
  /** Pairs forgotten for want of room: their next finding is told though it might have been held back. */
  readonly forgotten: number;
}

/**
 * Tells the first finding of a rule about an entity and holds back the rest for a span of event time. A finding that is
 * older than the one told (logs come in any order) is held back if it lies within the span before it, too.
 */
export function createSuppression({ span, maxKeys = 200_000 }: SuppressionOptions): Suppression {
  const told = new Map<string, number>();
  let held = 0;
  let forgotten = 0;
  return {
    admits(rule, entity, time) {
      if (span <= 0 || Number.isNaN(time)) return true;
      const key = JSON.stringify([rule, entity]);
      const last = told.get(key);
      if (last !== undefined && Math.abs(time - last) < span) {
        held++;
        return false;
      }
      told.delete(key);
      if (told.size >= maxKeys) {
        const oldest = told.keys().next();
        if (!oldest.done) told.delete(oldest.value);
        forgotten++;
      }
      told.set(key, time);
      return true;
    },
    get held() {
      return held;
    },
    get forgotten() {
      return forgotten;
    },
  };
}
