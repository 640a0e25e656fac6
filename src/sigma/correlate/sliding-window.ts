import type { WindowCondition } from "./condition.ts";
import { createFigure, type Figure } from "./figure.ts";
import type { Observation } from "./observation.ts";
import type { Verdict, Window, WindowSize } from "./window.ts";

type SlidingCondition = Exclude<WindowCondition, { kind: "ordered" }>;

/** Counting windows and windows that ask which rules were seen. An observation at `t` is in the window until `t + timespan`. */
export function createSlidingWindow<Ref>(condition: SlidingCondition, size: WindowSize): Window<Ref> {
  let held: Observation<Ref>[] = [];
  let head = 0;
  let forgotten = 0;
  let holding = false;
  let firedAt = -Infinity;
  const figure: Figure | undefined = condition.kind === "figure" ? createFigure(condition) : undefined;
  const perRule = new Map<string, number>();

  function enter(observation: Observation<Ref>): void {
    held.push(observation);
    figure?.add(observation);
    perRule.set(observation.rule, (perRule.get(observation.rule) ?? 0) + 1);
  }

  function leave(): void {
    const oldest = held[head++]!;
    figure?.remove(oldest);
    perRule.set(oldest.rule, (perRule.get(oldest.rule) ?? 1) - 1);
    if (head > 64 && head * 2 > held.length) {
      held = held.slice(head);
      head = 0;
    }
  }

  const holds = () =>
    condition.kind === "figure"
      ? figure!.value !== undefined && condition.holds(figure!.value)
      : condition.holds((id) => (perRule.get(id) ?? 0) > 0);

  function judge(time: number): readonly Verdict<Ref>[] {
    const before = holding;
    holding = holds();
    if (!holding || (before && time - firedAt < size.timespan)) return [];
    firedAt = time;
    return [verdict(time)];
  }

  function verdict(time: number): Verdict<Ref> {
    const contributing =
      condition.kind === "rules"
        ? held.slice(head).filter((one) => condition.positive.has(one.rule))
        : held.slice(head);
    return {
      time,
      ...(figure?.value === undefined ? {} : { value: figure.value }),
      from: contributing[0]?.time ?? time,
      to: contributing.at(-1)?.time ?? time,
      refs: contributing.slice(-size.refsKept).map((one) => one.ref),
      count: contributing.length,
    };
  }

  /** Lets go what has left the window by `now`; windows judged at their end are judged here, one per beginning. */
  function expire(now: number): Verdict<Ref>[] {
    const verdicts: Verdict<Ref>[] = [];
    while (head < held.length && held[head]!.time + size.timespan <= now) {
      if (condition.atEnd) verdicts.push(...judge(held[head]!.time + size.timespan));
      leave();
    }
    if (!condition.atEnd && holding) holding = holds();
    return verdicts;
  }

  return {
    add(observation) {
      const verdicts = expire(observation.time);
      if (held.length - head >= size.maxPerGroup) {
        leave();
        forgotten++;
      }
      enter(observation);
      return condition.atEnd ? verdicts : judge(observation.time);
    },
    close: expire,
    get due() {
      const oldest = held[head];
      return oldest && oldest.time + size.timespan;
    },
    get isEmpty() {
      return head === held.length;
    },
    get forgotten() {
      return forgotten;
    },
  };
}
