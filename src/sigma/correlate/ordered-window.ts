import type { Observation } from "./observation.ts";
import type { Verdict, Window, WindowSize } from "./window.ts";

/** A chain of observations, newest first, that has met the first stages in order. */
interface Chain<Ref> {
  readonly start: number;
  readonly observation: Observation<Ref>;
  readonly before: Chain<Ref> | undefined;
}

/**
 * Rules seen in a given order within the timespan. For each stage only the chain with the latest start is kept: any later
 * event that could complete another chain completes that one too, so memory is one chain per stage, whatever the traffic.
 */
export function createOrderedWindow<Ref>(stages: readonly string[], { timespan }: WindowSize): Window<Ref> {
  const chains: (Chain<Ref> | undefined)[] = stages.map(() => undefined);
  let firedAt = -Infinity;

  function forget(now: number): void {
    for (let stage = 0; stage < chains.length; stage++) {
      if (chains[stage] && chains[stage]!.start + timespan <= now) chains[stage] = undefined;
    }
  }

  return {
    add(observation) {
      forget(observation.time);
      // From the last stage to the first, so that one observation serves one stage of a chain only.
      for (let stage = stages.length - 1; stage >= 0; stage--) {
        if (stages[stage] !== observation.rule) continue;
        const before = stage === 0 ? undefined : chains[stage - 1];
        if (stage > 0 && !before) continue;
        chains[stage] = { start: before?.start ?? observation.time, observation, before };
      }
      const whole = chains.at(-1);
      if (!whole) return [];
      // A completed chain is used up; the events that begin the next one stay.
      chains[chains.length - 1] = undefined;
      if (whole.start <= firedAt) return [];
      firedAt = observation.time;
      return [verdictOf(whole, observation.time)];
    },
    close(now) {
      forget(now);
      return [];
    },
    get due() {
      let oldest: number | undefined;
      for (const chain of chains) if (chain && (oldest === undefined || chain.start < oldest)) oldest = chain.start;
      return oldest === undefined ? undefined : oldest + timespan;
    },
    get isEmpty() {
      return chains.every((chain) => chain === undefined);
    },
    forgotten: 0,
  };
}

function verdictOf<Ref>(whole: Chain<Ref>, time: number): Verdict<Ref> {
  const refs: Ref[] = [];
  for (let chain: Chain<Ref> | undefined = whole; chain; chain = chain.before) refs.unshift(chain.observation.ref);
  return { time, from: whole.start, to: time, refs, count: refs.length };
}
