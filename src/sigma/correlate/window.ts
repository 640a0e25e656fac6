import type { Observation } from "./observation.ts";

export interface Verdict<Ref> {
  /** Epoch ms. */
  readonly time: number;
  readonly value?: number;
  readonly from: number;
  readonly to: number;
  readonly refs: readonly Ref[];
  readonly count: number;
}

/** What one group remembers. */
export interface Window<Ref> {
  /** Takes an observation not older than any before it. */
  add(observation: Observation<Ref>): readonly Verdict<Ref>[];
  /** Decides what can be decided now that time is `now`. */
  close(now: number): readonly Verdict<Ref>[];
  /** The next moment at which `close` has something to do: a decision, or only forgetting. */
  readonly due: number | undefined;
  readonly isEmpty: boolean;
  /** Observations dropped for want of room. */
  readonly forgotten: number;
}

export interface WindowSize {
  /** ms */
  readonly timespan: number;
  readonly maxPerGroup: number;
  readonly refsKept: number;
}
