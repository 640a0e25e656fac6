import type { WindowCondition } from "./condition.ts";
import { contributing, placeToForget } from "./contributing.ts";
import { createFigure, type Figure } from "./figure.ts";
import { HeldQueue } from "./held-queue.ts";
import type { Held } from "./observation.ts";
import { RulesSeen } from "./rules-seen.ts";
import type { SlidingState, Verdict, Window, WindowSize } from "./window.ts";

type SlidingCondition = Extract<WindowCondition, { kind: "figure" | "rules" }>;

const none: readonly Verdict<never>[] = [];

/** Counting windows and windows that ask which rules were seen. An observation at `t` is in the window until `t + timespan`. */
export class SlidingWindow<Ref> implements Window<Ref> {
  readonly #condition: SlidingCondition;
  readonly #limits: WindowSize<Ref>;
  readonly #figure: Figure | undefined;
  readonly #rules: RulesSeen | undefined;
  readonly #held = new HeldQueue<Ref>();
  /** Whether the rules that are seen are those asked for; undefined: one came or went since this was asked. */
  #rulesHold: boolean | undefined;
  /** Judged at the window's end, as one more event may break the condition. */
  readonly #atEnd: boolean;
  #holding = false;
  #firedAt = -Infinity;
  /** How many of those held, from the oldest on, were in a window whose end has been judged. */
  #covered = 0;
  forgotten = 0;

  constructor(condition: SlidingCondition, limits: WindowSize<Ref>, state?: SlidingState<Ref>) {
    this.#condition = condition;
    this.#limits = limits;
    if (condition.kind === "figure") this.#figure = createFigure(condition);
    else this.#rules = new RulesSeen(condition.positive);
    this.#atEnd = condition.kind === "figure" && condition.atEnd;
    if (!state) return;
    for (const held of state.held) this.#enter(held);
    this.#holding = state.holding;
    this.#firedAt = state.firedAt ?? -Infinity;
    this.#covered = state.covered;
  }

  add(held: Held<Ref>): readonly Verdict<Ref>[] {
    const verdicts = this.close(held.time);
    // A figure is over events: one for which several of the rules hold is one event.
    const last = this.#figure ? this.#held.newest : undefined;
    if (last && last.rule !== held.rule && this.#areOneEvent(last, held)) return verdicts;
    if (this.size >= this.#limits.maxPerGroup) this.#forgetOne();
    this.#enter(held);
    return this.#atEnd ? verdicts : this.#judge(held.time);
  }

  /** Lets go what has left the window by `now`; windows judged at their end are judged here, one per beginning. */
  close(now: number): readonly Verdict<Ref>[] {
    let verdicts: Verdict<Ref>[] | undefined;
    const { timespan } = this.#limits;
    for (let oldest = this.#held.oldest; oldest && oldest.time + timespan <= now; oldest = this.#held.oldest) {
      if (this.#atEnd) (verdicts ??= []).push(...this.#judgeEnd(oldest.time + timespan));
      this.#leave();
      if (this.#holding && !this.#atEnd) this.#holding = this.#holds();
    }
    return verdicts ?? none;
  }

  get due(): number | undefined {
    const next = this.#atEnd ? this.#held.oldest : this.#held.newest;
    return next ? next.time + this.#limits.timespan : undefined;
  }

  get size(): number {
    return this.#held.size;
  }

  snapshot(): SlidingState<Ref> {
    return {
      held: this.#held.toArray(),
      holding: this.#holding,
      firedAt: Number.isFinite(this.#firedAt) ? this.#firedAt : null,
      covered: this.#covered,
    };
  }

  #enter(held: Held<Ref>): void {
    this.#held.push(held);
    this.#figure?.add(held.values);
    if (this.#rules?.add(held.rule)) this.#rulesHold = undefined;
  }

  #leave(): void {
    const oldest = this.#held.shift();
    this.#figure?.remove(oldest.values);
    if (this.#rules?.remove(oldest.rule)) this.#rulesHold = undefined;
    if (this.#covered > 0) this.#covered--;
  }

  #areOneEvent(a: Held<Ref>, b: Held<Ref>): boolean {
    const { isDetection, sameEvent } = this.#limits;
    return isDetection(a.rule) && isDetection(b.rule) && sameEvent(a.ref, b.ref);
  }

  #forgetOne(): void {
    this.forgotten++;
    const rules = this.#rules;
    if (rules) this.#held.putFirst(placeToForget(this.#held, (rule) => rules.count(rule)));
    this.#leave();
  }

  #holds(): boolean {
    if (this.#condition.kind === "rules") return (this.#rulesHold ??= this.#condition.holds(this.#rules!.seen));
    const value = this.#figure!.value;
    return value !== undefined && this.#condition.holds(value);
  }

  /** A window that lies within the one before is no window of its own: 9 events are not also 8, 7 and 6 events. */
  #judgeEnd(time: number): readonly Verdict<Ref>[] {
    if (this.#covered === this.size) return none;
    this.#covered = this.size;
    return this.#judge(time);
  }

  #judge(time: number): readonly Verdict<Ref>[] {
    const before = this.#holding;
    this.#holding = this.#holds();
    if (!this.#holding || (before && time - this.#firedAt < this.#limits.timespan)) return none;
    this.#firedAt = time;
    return [this.#verdict(time)];
  }

  #verdict(time: number): Verdict<Ref> {
    const value = this.#figure?.value;
    return {
      time,
      ...(value === undefined ? {} : { value }),
      ...contributing(this.#held, this.#limits.refsKept, () => true),
      count: this.size,
    };
  }
}
