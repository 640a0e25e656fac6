import type { WindowCondition } from "./condition.ts";

/** Which rules are in a window, how often, and whether its condition holds: asked anew only when a rule comes or goes. */
export class RulesSeen {
  readonly #condition: Extract<WindowCondition, { kind: "rules" }>;
  readonly #counts = new Map<string, number>();
  readonly #seen = new Set<string>();
  #verdict: boolean | undefined;
  /** Observations of rules that the condition asks for, not against. */
  positives = 0;

  constructor(condition: Extract<WindowCondition, { kind: "rules" }>) {
    this.#condition = condition;
  }

  add(rule: string): void {
    const count = this.count(rule);
    this.#counts.set(rule, count + 1);
    if (this.#condition.positive.has(rule)) this.positives++;
    if (count > 0) return;
    this.#seen.add(rule);
    this.#verdict = undefined;
  }

  remove(rule: string): void {
    const left = this.count(rule) - 1;
    if (this.#condition.positive.has(rule)) this.positives--;
    this.#counts.set(rule, left);
    if (left > 0) return;
    this.#counts.delete(rule);
    this.#seen.delete(rule);
    this.#verdict = undefined;
  }

  count(rule: string): number {
    return this.#counts.get(rule) ?? 0;
  }

  holds(): boolean {
    return (this.#verdict ??= this.#condition.holds(this.#seen));
  }
}
