import type { KnownLogSource } from "../event.ts";
import type { LogSource } from "../rule.ts";

/**
 * Whether a rule for this log source may be asked of events of that one: nothing that the rule states may be known to
 * be otherwise. Upper and lower case count as the same. A rule that states nothing applies everywhere.
 */
export function routes(rule: LogSource, known: KnownLogSource): boolean {
  return mismatches(rule, known).length === 0;
}

export interface LogSourceMismatch {
  readonly key: keyof KnownLogSource;
  readonly rule: string;
  /** What the event is known to be; empty when known to be nothing of the sort. */
  readonly known: readonly string[];
}

/** Each key of the rule's log source that the event is known not to answer to. */
export function mismatches(rule: LogSource, known: KnownLogSource): LogSourceMismatch[] {
  const found: LogSourceMismatch[] = [];
  for (const key of ["product", "category", "service"] as const) {
    const stated = rule[key];
    const values = known[key];
    if (stated === undefined || values === undefined) continue;
    if (!values.some((value) => value.toLowerCase() === stated.toLowerCase()))
      found.push({ key, rule: stated, known: values });
  }
  return found;
}
