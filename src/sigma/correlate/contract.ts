import type { CorrelationRule } from "../rule.ts";
import type { Observation } from "./observation.ts";
import type { CorrelatorSnapshot, Restored } from "./snapshot.ts";

export interface CorrelationMatch<Ref> {
  /** May be silent (`RuleSet.silent`): then it is there for other correlations, and for whoever wants to see it. */
  readonly rule: CorrelationRule;
  /** Epoch ms: of the event that completed it, or the moment at which a window closed. */
  readonly time: number;
  readonly group: Readonly<Record<string, string>>;
  /** What was compared with the condition, for the types that have a figure. */
  readonly value?: number;
  readonly from: number;
  readonly to: number;
  /** The contributing observations, oldest first, the newest `refsKept` of them. */
  readonly refs: readonly Ref[];
  readonly count: number;
}

export interface CorrelatorOptions<Ref = unknown> {
  /** Groups over all rules; past it the group untouched for longest is forgotten, and counted. */
  readonly maxGroups?: number;
  /** Observations held over all groups; past it the group untouched for longest is forgotten, and counted. */
  readonly maxObservations?: number;
  /** Observations held by one group, or more where a condition counts further; past it the oldest is forgotten, and counted. */
  readonly maxPerGroup?: number;
  /** How much older than the newest observation one may be, in ms, and still be put in its place. */
  readonly lateness?: number;
  /** Observations waiting for late ones; past it the oldest is taken at once. */
  readonly maxWaiting?: number;
  /** Whether two refs lead back to one and the same event; as they are the same value, unless this says otherwise. */
  readonly sameEvent?: (a: Ref, b: Ref) => boolean;
}

export interface CorrelatorStats {
  readonly groups: number;
  /** Observations held by all groups. */
  readonly observations: number;
  readonly evictedGroups: number;
  /** Those of evicted groups included. */
  readonly forgottenObservations: number;
  readonly lateObservations: number;
  /** Observations whose time is no number: they are not counted anywhere. */
  readonly undated: number;
  /** Observations that lack a group-by field: they are of no group and are not counted anywhere. */
  readonly ungrouped: number;
  /** Groups (or combined values) that observations with very many values of a field were left out of. */
  readonly combinationsLeftOut: number;
  /** Values too long to be kept, of which the beginning, the length and a digest stand for the whole. */
  readonly shortenedValues: number;
}

export interface Correlator<Ref> {
  /** Rule id → the fields that observations of that rule are asked for. */
  readonly wants: ReadonlyMap<string, readonly string[]>;
  /** Observations may come out of order by up to `lateness`; later ones are counted and left out. */
  observe(observation: Observation<Ref>): readonly CorrelationMatch<Ref>[];
  /** Says that time has come this far (epoch ms): windows that ended before are closed, and what is older is late. */
  advance(now: number): readonly CorrelationMatch<Ref>[];
  /** Everything that waits is taken and every open window closed, as if time had run on. */
  finish(): readonly CorrelationMatch<Ref>[];
  /** The state as it is now. What is observed afterwards finds the same in this correlator and in one that restored it. */
  snapshot(): CorrelatorSnapshot<Ref>;
  /** Puts a snapshot's state in place of its own. State of rules that have changed since is left out, and counted. */
  restore(snapshot: CorrelatorSnapshot<Ref>): Restored;
  readonly stats: CorrelatorStats;
}

/** Observations named in one match. */
export const refsKept = 100;
