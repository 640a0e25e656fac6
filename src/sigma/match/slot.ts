import { fold } from "../fold.ts";
import type { EventInHand } from "./event-in-hand.ts";
import { fieldValues, leafValues, textOf, type Value } from "./field-values.ts";
import { type Place, type ReadScalar, scalarReader, several } from "./places.ts";

/** One field of the event in hand: looked up at most once, folded at most once, and only when somebody asks. */
export class Slot {
  readonly #hand: EventInHand;
  readonly #paths: readonly (readonly string[])[] | "leaves";
  readonly #readScalar: ReadScalar;
  #generation = 0;
  #foldedGeneration = 0;
  #count = 0;
  #text = "";
  #folded = "";
  #value: Value = "";
  #values: readonly Value[] = [];
  #texts: readonly string[] = [];
  #foldedTexts: readonly string[] = [];

  /** `leaves`: the values are every leaf of the event, as keywords ask. */
  constructor(hand: EventInHand, root: Place, paths: readonly (readonly string[])[] | "leaves") {
    this.#hand = hand;
    this.#paths = paths;
    this.#readScalar = paths === "leaves" ? () => several : scalarReader(root, paths);
  }

  /** How many values the field has in this event. */
  count(): number {
    if (this.#generation !== this.#hand.generation) this.#load();
    return this.#count;
  }

  /** The text of the only value; ask only when `count` is 1. */
  text(): string {
    return this.#text;
  }

  /** The same, folded. */
  folded(): string {
    if (this.#foldedGeneration !== this.#generation) {
      this.#foldedGeneration = this.#generation;
      this.#folded = fold(this.#text);
    }
    return this.#folded;
  }

  /** Folded texts of all values; ask only when `count` is above 1. */
  foldedTexts(): readonly string[] {
    if (this.#foldedGeneration !== this.#generation) {
      this.#foldedGeneration = this.#generation;
      this.#foldedTexts = this.#texts.map(fold);
    }
    return this.#foldedTexts;
  }

  values(): readonly Value[] {
    if (this.count() === 1) return [this.#value];
    return this.#count === 0 ? [] : this.#values;
  }

  some(test: (value: Value) => boolean): boolean {
    const count = this.count();
    if (count === 1) return test(this.#value);
    return count > 1 && this.#values.some(test);
  }

  someText(test: (text: string) => boolean): boolean {
    const count = this.count();
    if (count === 1) return test(this.#text);
    return count > 1 && this.#texts.some(test);
  }

  someFolded(test: (folded: string) => boolean): boolean {
    const count = this.count();
    if (count === 1) return test(this.folded());
    return count > 1 && this.foldedTexts().some(test);
  }

  #load(): void {
    const { body, generation } = this.#hand;
    this.#generation = generation;
    const value = this.#readScalar();
    if (value === undefined) this.#count = 0;
    else if (value !== several) this.#keep(value);
    else this.#keepAll(this.#paths === "leaves" ? leafValues(body) : fieldValues(body, this.#paths));
  }

  #keepAll(values: readonly Value[]): void {
    if (values.length === 1) return this.#keep(values[0]!);
    this.#count = values.length;
    this.#values = values;
    this.#texts = values.map(textOf);
  }

  #keep(value: Value): void {
    this.#count = 1;
    this.#value = value;
    this.#text = typeof value === "string" ? value : textOf(value);
  }
}
