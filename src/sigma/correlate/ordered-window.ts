import { type Chain, chainOf, unchain, verdictOf } from "./chain.ts";
import type { WindowCondition } from "./condition.ts";
import type { Held } from "./observation.ts";
import type { OrderedState, Verdict, Window, WindowSize } from "./window.ts";

/**
 * Rules seen in a given order within the timespan. For each stage only the chain with the latest start is kept: any later
 * event that could complete another chain completes that one too, so memory is one chain per stage, whatever the traffic.
 *
 * What must not be seen bars the first stage for a timespan, breaks the chains that wait between two stages, or, behind the
 * last, breaks complete ones, which therefore wait for a timespan.
 */
export class OrderedWindow<Ref> implements Window<Ref> {
  readonly #stages: readonly string[];
  /** Rule → behind how many stages it must not be seen. */
  readonly #absent: ReadonlyMap<string, readonly number[]>;
  /** Something must not follow a complete chain. */
  readonly #waits: boolean;
  readonly #limits: WindowSize<Ref>;
  readonly #chains: (Chain<Ref> | undefined)[];
  /** The chains as they stood before the event of `#last`: one event can't be before itself, whatever rules hold for it. */
  readonly #before: (Chain<Ref> | undefined)[];
  #last: Held<Ref> | undefined;
  #pending: Chain<Ref>[];
  #barred: number;
  #barredBefore: number;
  #firedAt: number;
  forgotten = 0;

  constructor(
    { stages, absent }: Extract<WindowCondition, { kind: "ordered" }>,
    limits: WindowSize<Ref>,
    state?: OrderedState<Ref>,
  ) {
    this.#stages = stages;
    this.#absent = new Map(
      absent.map(({ rule }) => [rule, absent.filter((one) => one.rule === rule).map(({ behind }) => behind)]),
    );
    this.#waits = absent.some(({ behind }) => behind === stages.length);
    this.#limits = limits;
    this.#chains = stages.map((_, stage) => chainOf(state?.chains[stage]));
    this.#before = stages.map((_, stage) => chainOf(state?.before[stage]));
    this.#last = state?.last ?? undefined;
    this.#pending = (state?.pending ?? []).flatMap((held) => chainOf(held) ?? []);
    this.#barred = state?.barred ?? -Infinity;
    this.#barredBefore = state?.barredBefore ?? -Infinity;
    this.#firedAt = state?.firedAt ?? -Infinity;
  }

  add(held: Held<Ref>): readonly Verdict<Ref>[] {
    const verdicts = this.close(held.time);
    if (!this.#last || !this.#limits.sameEvent(this.#last.ref, held.ref)) {
      for (let stage = 0; stage < this.#chains.length; stage++) this.#before[stage] = this.#chains[stage];
      this.#barredBefore = this.#barred;
    }
    this.#last = held;
    for (const behind of this.#absent.get(held.rule) ?? []) this.#break(behind, held);
    for (let stage = 0; stage < this.#stages.length; stage++) {
      if (this.#stages[stage] !== held.rule) continue;
      const before = stage === 0 ? undefined : this.#before[stage - 1];
      if (stage > 0 ? !before : held.time - this.#barredBefore < this.#limits.timespan) continue;
      this.#chains[stage] = { start: before?.start ?? held.time, held, before };
    }
    const whole = this.#chains.at(-1);
    if (!whole) return verdicts;
    // A completed chain is used up; the events that begin the next one stay.
    this.#chains[this.#chains.length - 1] = undefined;
    if (this.#waits) {
      this.#wait(whole);
      return verdicts;
    }
    if (whole.start <= this.#firedAt) return verdicts;
    this.#firedAt = held.time;
    return [...verdicts, verdictOf(whole, held.time)];
  }

  /** Forgets what is too old to be completed, and says which complete chains nothing followed. */
  close(now: number): readonly Verdict<Ref>[] {
    const { timespan } = this.#limits;
    for (const chains of [this.#chains, this.#before]) {
      for (let stage = 0; stage < chains.length; stage++) {
        const chain = chains[stage];
        if (chain && chain.start + timespan <= now) chains[stage] = undefined;
      }
    }
    if (this.#barred + timespan <= now) this.#barred = -Infinity;
    const over = this.#pending.filter(({ held }) => held.time + timespan <= now);
    if (over.length === 0) return [];
    this.#pending = this.#pending.slice(over.length);
    return over.flatMap((chain) => {
      const time = chain.held.time + timespan;
      if (time - this.#firedAt < timespan) return [];
      this.#firedAt = time;
      return [verdictOf(chain, time)];
    });
  }

  get due(): number | undefined {
    let next = this.#pending[0]?.held.time;
    if (next === undefined) {
      next = this.#barred;
      for (const chain of this.#chains) if (chain && chain.start > next) next = chain.start;
    }
    return next === -Infinity ? undefined : next + this.#limits.timespan;
  }

  get size(): number {
    let size = this.#pending.length + (this.#barred === -Infinity ? 0 : 1);
    for (const chain of this.#chains) if (chain) size++;
    return size;
  }

  snapshot(): OrderedState<Ref> {
    const stored = (chain: Chain<Ref> | undefined) => (chain ? unchain(chain) : null);
    return {
      chains: this.#chains.map(stored),
      before: this.#before.map(stored),
      last: this.#last ?? null,
      pending: this.#pending.map(unchain),
      barred: finiteOrNull(this.#barred),
      barredBefore: finiteOrNull(this.#barredBefore),
      firedAt: finiteOrNull(this.#firedAt),
    };
  }

  /** Something was seen that must not be seen behind so many stages. An event isn't behind itself. */
  #break(behind: number, held: Held<Ref>): void {
    const isHit = (chain: Chain<Ref>) => !this.#limits.sameEvent(chain.held.ref, held.ref);
    if (behind === 0) this.#barred = held.time;
    else if (behind === this.#stages.length) this.#pending = this.#pending.filter((chain) => !isHit(chain));
    else {
      const chain = this.#chains[behind - 1];
      if (chain && isHit(chain)) this.#chains[behind - 1] = undefined;
    }
  }

  #wait(whole: Chain<Ref>): void {
    // Of those complete at one time all are followed, or not, by the same.
    if (this.#pending.at(-1)?.held.time === whole.held.time) this.#pending.pop();
    else if (this.#pending.length >= this.#limits.maxPerGroup) {
      this.#pending.shift();
      this.forgotten++;
    }
    this.#pending.push(whole);
  }
}

const finiteOrNull = (time: number) => (Number.isFinite(time) ? time : null);
