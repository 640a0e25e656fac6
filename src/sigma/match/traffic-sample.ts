import type { EventInHand } from "./event-in-hand.ts";
import { type Needle, type Sought, soughtKey } from "./needle.ts";

/** Counts, over some events, which needles were found. */
export class TrafficSample {
  readonly #found: Uint32Array;
  #events = 0;

  constructor(needles: number) {
    this.#found = new Uint32Array(needles);
  }

  /** Call when all needles that were looked for in the event are marked. */
  count({ found, generation }: EventInHand): void {
    this.#events++;
    for (let id = 0; id < found.length; id++) if (found[id] === generation) this.#found[id]!++;
  }

  /** Share of the events that had it, by what was sought; undefined for what was not looked for in each of them. */
  shares(lookedFor: readonly Needle[]): (sought: Sought) => number | undefined {
    const shares = new Map<string, number>();
    for (const needle of lookedFor) {
      // Half an event for the doubt: not found in a sample doesn't mean never.
      shares.set(soughtKey(needle), (this.#found[needle.id]! + 0.5) / (this.#events + 1));
    }
    return (sought) => shares.get(soughtKey(sought));
  }
}
