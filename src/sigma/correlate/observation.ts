/** A rule held for an event: what correlations are made of. Those of one event are observed one after the other. */
export interface Observation<Ref> {
  /** Id of the detection or correlation that held. */
  readonly rule: string;
  /** Epoch ms, of the event. */
  readonly time: number;
  /** The event's values of a field, as text; none when it lacks the field. */
  field(name: string): readonly string[];
  /** Whatever leads back to the event. Plain data, where the correlator's state is to be stored. */
  readonly ref: Ref;
}

/** What a window keeps of an observation: no more than will be asked of it, and plain data. */
export interface Held<Ref> {
  readonly rule: string;
  readonly time: number;
  readonly ref: Ref;
  /** What the condition counts or computes with. */
  readonly values: readonly string[] | readonly number[];
  /** Values of the fields that correlations built on this one ask for, in the order of its `carries`. */
  readonly carried: readonly (readonly string[])[];
}
