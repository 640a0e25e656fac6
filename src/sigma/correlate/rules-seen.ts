/** Which rules are in a window, and how often. */
export class RulesSeen {
  readonly #counts = new Map<string, number>();
  readonly #positive: ReadonlySet<string>;
  readonly seen = new Set<string>();
  /** Observations of rules that the condition asks for, not against. */
  positives = 0;

  constructor(positive: ReadonlySet<string>) {
    this.#positive = positive;
  }

  /** true: the rule was not there before. */
  add(rule: string): boolean {
    const count = this.count(rule);
    this.#counts.set(rule, count + 1);
    if (this.#positive.has(rule)) this.positives++;
    if (count > 0) return false;
    this.seen.add(rule);
    return true;
  }

  /** true: the rule isn't there any more. */
  remove(rule: string): boolean {
    const left = this.count(rule) - 1;
    if (this.#positive.has(rule)) this.positives--;
    this.#counts.set(rule, left);
    if (left > 0) return false;
    this.#counts.delete(rule);
    this.seen.delete(rule);
    return true;
  }

  count(rule: string): number {
    return this.#counts.get(rule) ?? 0;
  }
}
