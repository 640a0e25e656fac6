/**
 * Something that can be looked for in a field's folded text without asking each rule: the atoms that an index finds.
 * `present` is found when the field has any value.
 */
export interface Needle {
  /** Position among the needles of its index. */
  readonly id: number;
  readonly slot: number;
  readonly is: NeedleShape;
  /** Folded; empty for `present`. */
  readonly text: string;
}

export type NeedleShape = "exact" | "prefix" | "suffix" | "contains" | "present";

/** Gives equal needles one id. */
export class Needles {
  readonly all: Needle[] = [];
  readonly #byKey = new Map<string, Needle>();

  intern(slot: number, is: NeedleShape, text: string): Needle {
    const key = keyOf(slot, is, text);
    let needle = this.#byKey.get(key);
    if (needle === undefined) {
      needle = { id: this.all.length, slot, is, text };
      this.all.push(needle);
      this.#byKey.set(key, needle);
    }
    return needle;
  }

  find(slot: number, is: NeedleShape, text: string): Needle | undefined {
    return this.#byKey.get(keyOf(slot, is, text));
  }
}

function keyOf(slot: number, is: NeedleShape, text: string): string {
  return `${slot} ${is} ${text}`;
}
