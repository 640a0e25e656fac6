/** A rule held for an event: what correlations are made of. */
export interface Observation<Ref> {
  /** Id of the detection or correlation that held. */
  readonly rule: string;
  /** Epoch ms, of the event. */
  readonly time: number;
  /** The event's values of a field, as text; none when it lacks the field. */
  field(name: string): readonly string[];
  /** Whatever leads back to the event. */
  readonly ref: Ref;
}
