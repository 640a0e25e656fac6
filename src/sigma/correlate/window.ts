import type { Held } from "./observation.ts";

export interface Verdict<Ref> {
  /** Epoch ms. */
  readonly time: number;
  readonly value?: number;
  readonly from: number;
  readonly to: number;
  /** What contributed, oldest first, the newest `refsKept` of it. */
  readonly held: readonly Held<Ref>[];
  readonly count: number;
}

/** What one group remembers. */
export interface Window<Ref> {
  /** Takes an observation not older than any before it. */
  add(held: Held<Ref>): readonly Verdict<Ref>[];
  /** Decides what can be decided now that time is `now`. */
  close(now: number): readonly Verdict<Ref>[];
  /** The next moment at which `close` is needed, to decide or to forget everything; undefined when empty. */
  readonly due: number | undefined;
  /** Observations held; none: the window is as a new one. */
  readonly size: number;
  /** Observations dropped for want of room. */
  readonly forgotten: number;
  /** Plain data from which `createWindow` makes an equal window. */
  snapshot(): WindowState<Ref>;
}

export type WindowState<Ref> = SlidingState<Ref> | AbsenceState<Ref> | OrderedState<Ref>;

export interface SlidingState<Ref> {
  readonly held: readonly Held<Ref>[];
  readonly holding: boolean;
  readonly firedAt: number | null;
  readonly covered: number;
}

export interface AbsenceState<Ref> {
  readonly held: readonly Held<Ref>[];
  /** Rules under `not` and when each was last seen, in the order of those times. */
  readonly last: readonly (readonly [rule: string, time: number])[];
  readonly holding: boolean;
  readonly firedAt: number | null;
}

/** Chains by stage, each as the observations that met the stages so far. */
export interface OrderedState<Ref> {
  readonly chains: readonly (readonly Held<Ref>[] | null)[];
  readonly before: readonly (readonly Held<Ref>[] | null)[];
  readonly last: Held<Ref> | null;
  /** Complete chains that wait for the end of the time in which something must not follow. */
  readonly pending: readonly (readonly Held<Ref>[])[];
  /** When something that must not come first was last seen, and when before the event of `last`. */
  readonly barred: number | null;
  readonly barredBefore: number | null;
  readonly firedAt: number | null;
}

export interface WindowSize<Ref> {
  /** ms */
  readonly timespan: number;
  readonly maxPerGroup: number;
  readonly refsKept: number;
  /** Whether the two lead back to one and the same event. */
  sameEvent(a: Ref, b: Ref): boolean;
  /** Whether the rule with this id is about events, not about other matches. */
  isDetection(ruleId: string): boolean;
}
