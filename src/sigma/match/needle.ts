/**
 * Something that can be looked for in a field's folded text without asking each plan. `present` is found when the field
 * has any value.
 */
export interface Sought {
  /** undefined: every leaf of the event, as keywords ask. */
  readonly field: string | undefined;
  readonly is: NeedleShape;
  /** Folded; empty for `present`. */
  readonly text: string;
}

export type NeedleShape = "exact" | "prefix" | "suffix" | "contains" | "present";

/** What is sought, with its place among the needles of an index. */
export interface Needle extends Sought {
  readonly id: number;
}

/** Tells what is sought apart from all else. */
export function soughtKey({ field, is, text }: Sought): string {
  return field === undefined ? `${is}\n${text}` : `${is} ${field}\n${text}`;
}

/** Gives what is sought one id, however often it is. */
export class Needles {
  readonly all: Needle[] = [];
  readonly #byKey = new Map<string, Needle>();

  intern(sought: Sought): Needle {
    const key = soughtKey(sought);
    let needle = this.#byKey.get(key);
    if (needle === undefined) {
      const { field, is, text } = sought;
      needle = { id: this.all.length, field, is, text };
      this.all.push(needle);
      this.#byKey.set(key, needle);
    }
    return needle;
  }

  find(sought: Sought): Needle | undefined {
    return this.#byKey.get(soughtKey(sought));
  }
}
