import type { Held } from "./observation.ts";
import type { OrderedState, Verdict, Window, WindowSize } from "./window.ts";

/** Observations, newest first, that have met the first stages in order. */
interface Chain<Ref> {
  readonly start: number;
  readonly held: Held<Ref>;
  readonly before: Chain<Ref> | undefined;
}

/**
 * Rules seen in a given order within the timespan. For each stage only the chain with the latest start is kept: any later
 * event that could complete another chain completes that one too, so memory is one chain per stage, whatever the traffic.
 */
export class OrderedWindow<Ref> implements Window<Ref> {
  readonly #stages: readonly string[];
  readonly #limits: WindowSize<Ref>;
  readonly #chains: (Chain<Ref> | undefined)[];
  /** The chains as they stood before the event of `#last`: one event can't be before itself, whatever rules hold for it. */
  readonly #before: (Chain<Ref> | undefined)[];
  #last: Held<Ref> | undefined;
  #firedAt = -Infinity;
  readonly forgotten = 0;

  constructor(stages: readonly string[], limits: WindowSize<Ref>, state?: OrderedState<Ref>) {
    this.#stages = stages;
    this.#limits = limits;
    this.#chains = stages.map((_, stage) => chainOf(state?.chains[stage]));
    this.#before = stages.map((_, stage) => chainOf(state?.before[stage]));
    this.#last = state?.last ?? undefined;
    this.#firedAt = state?.firedAt ?? -Infinity;
  }

  add(held: Held<Ref>): readonly Verdict<Ref>[] {
    this.close(held.time);
    if (!this.#last || !this.#limits.sameEvent(this.#last.ref, held.ref)) {
      for (let stage = 0; stage < this.#chains.length; stage++) this.#before[stage] = this.#chains[stage];
    }
    this.#last = held;
    for (let stage = 0; stage < this.#stages.length; stage++) {
      if (this.#stages[stage] !== held.rule) continue;
      const before = stage === 0 ? undefined : this.#before[stage - 1];
      if (stage > 0 && !before) continue;
      this.#chains[stage] = { start: before?.start ?? held.time, held, before };
    }
    const whole = this.#chains.at(-1);
    if (!whole) return [];
    // A completed chain is used up; the events that begin the next one stay.
    this.#chains[this.#chains.length - 1] = undefined;
    if (whole.start <= this.#firedAt) return [];
    this.#firedAt = held.time;
    const contributing = unchain(whole);
    return [{ time: held.time, from: whole.start, to: held.time, held: contributing, count: contributing.length }];
  }

  /** Forgets what is too old to be completed. */
  close(now: number): readonly Verdict<Ref>[] {
    for (const chains of [this.#chains, this.#before]) {
      for (let stage = 0; stage < chains.length; stage++) {
        const chain = chains[stage];
        if (chain && chain.start + this.#limits.timespan <= now) chains[stage] = undefined;
      }
    }
    return [];
  }

  get due(): number | undefined {
    let newest: number | undefined;
    for (const chain of this.#chains) if (chain && !(chain.start <= newest!)) newest = chain.start;
    return newest === undefined ? undefined : newest + this.#limits.timespan;
  }

  get size(): number {
    let size = 0;
    for (const chain of this.#chains) if (chain) size++;
    return size;
  }

  snapshot(): OrderedState<Ref> {
    const stored = (chain: Chain<Ref> | undefined) => (chain ? unchain(chain) : null);
    return {
      chains: this.#chains.map(stored),
      before: this.#before.map(stored),
      last: this.#last ?? null,
      firedAt: Number.isFinite(this.#firedAt) ? this.#firedAt : null,
    };
  }
}

function unchain<Ref>(whole: Chain<Ref>): Held<Ref>[] {
  const held: Held<Ref>[] = [];
  for (let chain: Chain<Ref> | undefined = whole; chain; chain = chain.before) held.push(chain.held);
  return held.toReversed();
}

function chainOf<Ref>(held: readonly Held<Ref>[] | null | undefined): Chain<Ref> | undefined {
  let chain: Chain<Ref> | undefined;
  for (const one of held ?? []) chain = { start: chain?.start ?? one.time, held: one, before: chain };
  return chain;
}
