import type { CorrelatorStats } from "./contract.ts";
import type { WindowState } from "./window.ts";

/** The whole state of a correlator as plain data, which JSON gives back as it was when `Ref` is such data. */
export interface CorrelatorSnapshot<Ref> {
  readonly version: typeof snapshotVersion;
  /** Epoch ms; null: nothing was observed yet. */
  readonly newest: number | null;
  readonly decided: number | null;
  readonly stats: Omit<CorrelatorStats, "groups" | "observations">;
  /** Id of each correlation that has groups → what it meant. */
  readonly meanings: Readonly<Record<string, string>>;
  /** The one untouched for longest first. */
  readonly groups: readonly StoredGroup<Ref>[];
  /** Numbers of the groups that wait for a moment, in the order in which they will be looked at. */
  readonly closings: readonly number[];
  readonly waiting: readonly StoredObservation<Ref>[];
}

export interface StoredGroup<Ref> {
  readonly rule: string;
  readonly values: readonly string[];
  readonly due: number | null;
  readonly window: WindowState<Ref>;
}

export interface StoredObservation<Ref> {
  readonly rule: string;
  readonly time: number;
  readonly ref: Ref;
  readonly fields: readonly (readonly [name: string, values: readonly string[]])[];
}

/** Raised whenever an older reading of a snapshot would be wrong. */
export const snapshotVersion = 2;

export type Restored =
  /** `dropped`: groups and waiting observations of correlations that are no longer there or mean something else now. */
  | { readonly ok: true; readonly groups: number; readonly dropped: number }
  /** Made by another version of the engine: nothing was taken over. */
  | { readonly ok: false; readonly version: unknown };
