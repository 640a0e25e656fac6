import type { JsonObject } from "../event.ts";

const nothing: JsonObject = {};

/**
 * The event being matched and what has been found out about it so far. One is used for event after event: what belongs
 * to an older event is told by its generation, so that nothing is cleared or allocated per event.
 */
export class EventInHand {
  body: JsonObject = nothing;
  generation = 0;
  /** By needle: the generation in which it was last found. Floats, so that it never comes round to an old one again. */
  readonly found: Float64Array;
  /** Needles found in this event that a plan waits for, each once. */
  readonly hits: Int32Array;
  hitCount = 0;
  /** When set: takes each needle as it is found. */
  recording: number[] | undefined;
  /** By needle: 1 when a plan waits for it. */
  readonly #watched: Uint8Array;

  constructor(needles: number, isWatched: (needle: number) => boolean) {
    this.found = new Float64Array(needles);
    this.hits = new Int32Array(needles);
    this.#watched = Uint8Array.from({ length: needles }, (_, needle) => (isWatched(needle) ? 1 : 0));
  }

  take(body: JsonObject): void {
    this.body = body;
    this.hitCount = 0;
    this.generation++;
  }

  /** Lets go of the event, so that it can be collected. */
  release(): void {
    this.body = nothing;
  }

  has(needle: number): boolean {
    return this.found[needle] === this.generation;
  }

  hasAny(needles: Int32Array): boolean {
    const { found, generation } = this;
    for (let i = 0; i < needles.length; i++) if (found[needles[i]!] === generation) return true;
    return false;
  }

  mark(needle: number): void {
    if (this.found[needle] === this.generation) return;
    this.found[needle] = this.generation;
    if (this.recording !== undefined) this.recording.push(needle);
    if (this.#watched[needle] === 1) this.hits[this.hitCount++] = needle;
  }
}
