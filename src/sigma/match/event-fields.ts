import type { JsonObject } from "../event.ts";
import type { EventInHand } from "./event-in-hand.ts";
import { FieldReader } from "./field-reader.ts";
import { Slot } from "./slot.ts";

export type PathsOf = (field: string) => readonly (readonly string[])[];

/** The slots of all fields that plans name; filled together when an event is taken in hand. */
export class EventFields {
  /** Every leaf of the event. */
  readonly leaves: Slot;
  readonly #reader = new FieldReader();
  readonly #slots = new Map<string, Slot>();

  constructor(hand: EventInHand, fields: readonly string[], pathsOf: PathsOf) {
    this.leaves = new Slot(hand, "leaves");
    for (const field of fields) {
      const paths = pathsOf(field);
      const slot = new Slot(hand, paths);
      this.#slots.set(field, slot);
      this.#reader.want(paths, slot);
    }
  }

  /** undefined: every leaf. Only fields that were named at the start have one. */
  slot(field: string | undefined): Slot {
    return field === undefined ? this.leaves : this.#slots.get(field)!;
  }

  read(body: JsonObject): void {
    this.#reader.read(body);
  }
}
