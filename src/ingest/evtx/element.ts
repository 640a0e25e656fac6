/** What a fragment of binary XML says, with its substitutions still open: read once, rendered for each record. */
export interface Element {
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly parts: readonly (string | Slot | Element)[];
  /** The substitutions directly in its content: when one holds an array, the element is repeated. */
  readonly slots: readonly Slot[];
}

export interface Attribute {
  readonly name: string;
  readonly parts: readonly (string | Slot)[];
}

/** A place for a value of the template instance, by the value's number. */
export class Slot {
  readonly index: number;
  constructor(index: number) {
    this.index = index;
  }
}
