import type { WindowCondition } from "./condition.ts";
import { createFigure, type Figure } from "./figure.ts";
import type { Held } from "./observation.ts";
import { RulesSeen } from "./rules-seen.ts";
import type { SlidingState, Verdict, Window, WindowSize } from "./window.ts";

type SlidingCondition = Exclude<WindowCondition, { kind: "ordered" }>;

const none: readonly Verdict<never>[] = [];

/** Counting windows and windows that ask which rules were seen. An observation at `t` is in the window until `t + timespan`. */
export class SlidingWindow<Ref> implements Window<Ref> {
  readonly #condition: SlidingCondition;
  readonly #limits: WindowSize<Ref>;
  readonly #figure: Figure | undefined;
  readonly #rules: RulesSeen | undefined;
  #held: Held<Ref>[] = [];
  #head = 0;
  #holding = false;
  #firedAt = -Infinity;
  /** How many of those held, from the oldest on, were in a window whose end has been judged. */
  #covered = 0;
  forgotten = 0;

  constructor(condition: SlidingCondition, limits: WindowSize<Ref>, state?: SlidingState<Ref>) {
    this.#condition = condition;
    this.#limits = limits;
    if (condition.kind === "figure") this.#figure = createFigure(condition);
    else this.#rules = new RulesSeen(condition);
    if (!state) return;
    for (const held of state.held) this.#enter(held);
    this.#holding = state.holding;
    this.#firedAt = state.firedAt ?? -Infinity;
    this.#covered = state.covered;
  }

  add(held: Held<Ref>): readonly Verdict<Ref>[] {
    const verdicts = this.close(held.time);
    // A figure is over events: one for which several of the rules hold is one event.
    const last = this.#figure && this.size > 0 ? this.#held.at(-1) : undefined;
    if (last && last.rule !== held.rule && this.#areOneEvent(last, held)) return verdicts;
    if (this.size >= this.#limits.maxPerGroup) this.#forgetOne();
    this.#enter(held);
    return this.#condition.atEnd ? verdicts : this.#judge(held.time);
  }

  /** Lets go what has left the window by `now`; windows judged at their end are judged here, one per beginning. */
  close(now: number): readonly Verdict<Ref>[] {
    let verdicts: Verdict<Ref>[] | undefined;
    const { timespan } = this.#limits;
    while (this.#head < this.#held.length && this.#held[this.#head]!.time + timespan <= now) {
      if (this.#condition.atEnd) (verdicts ??= []).push(...this.#judgeEnd(this.#held[this.#head]!.time + timespan));
      this.#leave();
      if (this.#holding && !this.#condition.atEnd) this.#holding = this.#holds();
    }
    return verdicts ?? none;
  }

  get due(): number | undefined {
    const next = this.#condition.atEnd ? this.#held[this.#head] : this.#held.at(-1);
    return next && this.size > 0 ? next.time + this.#limits.timespan : undefined;
  }

  get size(): number {
    return this.#held.length - this.#head;
  }

  snapshot(): SlidingState<Ref> {
    return {
      held: this.#held.slice(this.#head),
      holding: this.#holding,
      firedAt: Number.isFinite(this.#firedAt) ? this.#firedAt : null,
      covered: this.#covered,
    };
  }

  #enter(held: Held<Ref>): void {
    this.#held.push(held);
    this.#figure?.add(held.values);
    this.#rules?.add(held.rule);
  }

  #leave(): void {
    const oldest = this.#held[this.#head++]!;
    this.#figure?.remove(oldest.values);
    this.#rules?.remove(oldest.rule);
    if (this.#covered > 0) this.#covered--;
    if (this.#head === this.#held.length) {
      this.#held = [];
      this.#head = 0;
    } else if (this.#head > 64 && this.#head * 2 > this.#held.length) {
      this.#held = this.#held.slice(this.#head);
      this.#head = 0;
    }
  }

  #areOneEvent(a: Held<Ref>, b: Held<Ref>): boolean {
    const { isDetection, sameEvent } = this.#limits;
    return isDetection(a.rule) && isDetection(b.rule) && sameEvent(a.ref, b.ref);
  }

  /** The oldest goes, but not a rule's only one: a noisy rule must not make the window forget a rare one. */
  #forgetOne(): void {
    this.forgotten++;
    let at = this.#head;
    if (this.#rules) while (at < this.#held.length - 1 && this.#rules.count(this.#held[at]!.rule) === 1) at++;
    const gone = this.#held[at]!;
    this.#held.copyWithin(this.#head + 1, this.#head, at);
    this.#held[this.#head] = gone;
    this.#leave();
  }

  #holds(): boolean {
    if (this.#condition.kind === "rules") return this.#rules!.holds();
    const value = this.#figure!.value;
    return value !== undefined && this.#condition.holds(value);
  }

  /** A window that lies within the one before is no window of its own: 9 events are not also 8, 7 and 6 events. */
  #judgeEnd(time: number): readonly Verdict<Ref>[] {
    if (this.#figure && this.#covered === this.size) return none;
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
    const condition = this.#condition;
    // With nothing that the condition asks for ("not a or not b"), what is there is what there is to show.
    const some = condition.kind === "rules" && this.#rules!.positives > 0;
    const counts = (one: Held<Ref>) => !some || condition.positive.has(one.rule);
    let oldest = this.#head;
    while (oldest < this.#held.length - 1 && !counts(this.#held[oldest]!)) oldest++;
    const newest: Held<Ref>[] = [];
    for (let at = this.#held.length - 1; at >= oldest && newest.length < this.#limits.refsKept; at--)
      if (counts(this.#held[at]!)) newest.push(this.#held[at]!);
    const value = this.#figure?.value;
    return {
      time,
      ...(value === undefined ? {} : { value }),
      from: this.#held[oldest]!.time,
      to: newest[0]!.time,
      held: newest.toReversed(),
      count: some ? this.#rules!.positives : this.size,
    };
  }
}
