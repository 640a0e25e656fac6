import type { WindowCondition } from "./condition.ts";
import { contributing, placeToForget } from "./contributing.ts";
import { HeldQueue } from "./held-queue.ts";
import type { Held } from "./observation.ts";
import { RulesSeen } from "./rules-seen.ts";
import type { AbsenceState, Verdict, Window, WindowSize } from "./window.ts";

const none: readonly Verdict<never>[] = [];

/**
 * Conditions with a `not`. A window begins at an observation of a rule that is asked for, at `t`, and is judged at
 * `t + timespan`: what is asked for has to be seen from `t` on, and what is asked against not within the timespan before
 * `t` either. Of the latter the last time is enough: at the end of a window nothing later has been seen, so one was
 * seen in the time around `t` exactly when the last one was after `t - timespan`.
 */
export class AbsenceWindow<Ref> implements Window<Ref> {
  readonly #condition: Extract<WindowCondition, { kind: "absence" }>;
  readonly #limits: WindowSize<Ref>;
  readonly #rules: RulesSeen;
  readonly #held = new HeldQueue<Ref>();
  /** Rule under `not` → when it was last seen, in the order of those times; forgotten a timespan before all windows. */
  readonly #last: Map<string, number>;
  #holding = false;
  #firedAt = -Infinity;
  forgotten = 0;

  constructor(
    condition: Extract<WindowCondition, { kind: "absence" }>,
    limits: WindowSize<Ref>,
    state?: AbsenceState<Ref>,
  ) {
    this.#condition = condition;
    this.#limits = limits;
    this.#rules = new RulesSeen(condition.positive);
    this.#last = new Map(state?.last);
    for (const held of state?.held ?? []) this.#enter(held);
    this.#holding = state?.holding ?? false;
    this.#firedAt = state?.firedAt ?? -Infinity;
  }

  add(held: Held<Ref>): readonly Verdict<Ref>[] {
    const verdicts = this.close(held.time);
    const { begins, absent } = this.#condition;
    if (absent.has(held.rule)) {
      this.#last.delete(held.rule);
      this.#last.set(held.rule, held.time);
    }
    if (begins.has(held.rule)) {
      if (this.#held.size >= this.#limits.maxPerGroup) this.#forgetOne();
      this.#enter(held);
    }
    return verdicts;
  }

  close(now: number): readonly Verdict<Ref>[] {
    const { timespan } = this.#limits;
    let verdicts: Verdict<Ref>[] | undefined;
    for (let first = this.#held.oldest; first && first.time + timespan <= now; first = this.#held.oldest) {
      const { time } = first;
      const verdict = this.#judge(time);
      if (verdict) (verdicts ??= []).push(verdict);
      // Those of one time begin one window.
      while (this.#held.oldest?.time === time) this.#rules.remove(this.#held.shift().rule);
    }
    const needed = (this.#held.oldest?.time ?? now) - timespan;
    for (const [rule, time] of this.#last) {
      if (time > needed) break;
      this.#last.delete(rule);
    }
    return verdicts ?? none;
  }

  get due(): number | undefined {
    const next = this.#held.oldest?.time ?? [...this.#last.values()].at(-1);
    return next === undefined ? undefined : next + this.#limits.timespan;
  }

  get size(): number {
    return this.#held.size + this.#last.size;
  }

  snapshot(): AbsenceState<Ref> {
    return {
      held: this.#held.toArray(),
      last: [...this.#last],
      holding: this.#holding,
      firedAt: Number.isFinite(this.#firedAt) ? this.#firedAt : null,
    };
  }

  #enter(held: Held<Ref>): void {
    this.#held.push(held);
    this.#rules.add(held.rule);
  }

  #forgetOne(): void {
    this.forgotten++;
    this.#held.putFirst(placeToForget(this.#held, (rule) => this.#rules.count(rule)));
    this.#rules.remove(this.#held.shift().rule);
  }

  /** Of the window that began at `begin` and is over: nothing of a later time has been taken in yet. */
  #judge(begin: number): Verdict<Ref> | undefined {
    const { timespan, refsKept } = this.#limits;
    const around = new Set<string>();
    for (const [rule, time] of this.#last) if (time > begin - timespan) around.add(rule);
    const before = this.#holding;
    this.#holding = this.#condition.holds(this.#rules.seen, around);
    const end = begin + timespan;
    if (!this.#holding || (before && end - this.#firedAt < timespan)) return undefined;
    this.#firedAt = end;
    const { positive } = this.#condition;
    // With nothing that the condition asks for ("not a or not b"), what is there is what there is to show.
    const some = this.#rules.positives > 0;
    return {
      time: end,
      ...contributing(this.#held, refsKept, (one) => !some || positive.has(one.rule)),
      count: some ? this.#rules.positives : this.#held.size,
    };
  }
}
