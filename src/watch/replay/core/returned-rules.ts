/** A rule that was not in force for a while that nobody decided. */
export interface ReturnedRule {
  readonly rule: string;
  /** When it was last known to be in force. Milliseconds since 1970. */
  readonly since: number;
}

/**
 * What changes when other rules come into force. A rule that went because somebody switched it off, or raised its set's
 * level, is forgotten: to switch it on again is no reason to look back. One that went otherwise (its set could not be
 * fetched, its file did not read) is remembered, and returns with the time that it missed.
 */
export function noteRules(
  before: Readonly<Record<string, number>>,
  now: { readonly inForce: ReadonlySet<string>; readonly decided: ReadonlySet<string>; readonly at: number },
  wasInForce: ReadonlySet<string>,
): { readonly notes: Record<string, number>; readonly returned: readonly ReturnedRule[] } {
  const notes: Record<string, number> = {};
  const returned: ReturnedRule[] = [];
  for (const [rule, since] of Object.entries(before)) {
    if (now.inForce.has(rule) || now.decided.has(rule) || now.at - since > longest) continue;
    notes[rule] = wasInForce.has(rule) ? now.at : since;
  }
  for (const rule of now.inForce) {
    const since = Object.hasOwn(before, rule) ? before[rule] : undefined;
    if (since !== undefined && !wasInForce.has(rule)) returned.push({ rule, since: Math.max(since, now.at - longest) });
    notes[rule] = now.at;
  }
  return { notes, returned };
}

/** What is missing for longer is no gap to be closed unasked: a person can have it looked for. A week. */
const longest = 7 * 86_400_000;
