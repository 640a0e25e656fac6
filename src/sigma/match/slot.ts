import { fold } from "../fold.ts";
import type { EventInHand } from "./event-in-hand.ts";
import { type FieldSink, several } from "./field-reader.ts";
import { fieldValues, leafValues, textOf, type Value } from "./field-values.ts";
import { meetsNeeds, type RegexNeeds } from "./regex-needs.ts";

/**
 * One field of the event in hand. A `FieldReader` offers it what lies at its paths; texts are made and folded at most
 * once, and only when somebody asks.
 */
export class Slot implements FieldSink {
  readonly #hand: EventInHand;
  readonly #paths: readonly (readonly string[])[] | "leaves";
  #offered = 0;
  #rank = 0;
  #offer: Value | typeof several = "";
  #known = 0;
  #folding = 0;
  #count = 0;
  #text = "";
  #folded = "";
  #values: readonly Value[] = [];
  #texts: readonly string[] = [];
  #foldedTexts: readonly string[] = [];

  /** `leaves`: the values are every leaf of the event, as keywords ask; nothing need be offered then. */
  constructor(hand: EventInHand, paths: readonly (readonly string[])[] | "leaves") {
    this.#hand = hand;
    this.#paths = paths;
  }

  offer(rank: number, value: Value | typeof several): void {
    const { generation } = this.#hand;
    if (this.#offered === generation && this.#rank <= rank) return;
    this.#offered = generation;
    this.#rank = rank;
    this.#offer = value;
  }

  /** How many values the field has in this event. */
  count(): number {
    const { generation } = this.#hand;
    if (this.#known !== generation) {
      this.#known = generation;
      if (this.#offered === generation) this.#take(this.#offer);
      else if (this.#paths === "leaves") this.#take(several);
      else this.#count = 0;
    }
    return this.#count;
  }

  /** The text of the only value; ask only when `count` is 1. */
  text(): string {
    return this.#text;
  }

  /** The same, folded. */
  folded(): string {
    if (this.#folding !== this.#known) {
      this.#folding = this.#known;
      this.#folded = fold(this.#text);
    }
    return this.#folded;
  }

  /** Folded texts of all values; ask only when `count` is above 1. */
  foldedTexts(): readonly string[] {
    if (this.#folding !== this.#known) {
      this.#folding = this.#known;
      this.#foldedTexts = this.#texts.map(fold);
    }
    return this.#foldedTexts;
  }

  values(): readonly Value[] {
    const count = this.count();
    if (count === 0) return [];
    return count === 1 ? [this.#offer as Value] : this.#values;
  }

  some(test: (value: Value) => boolean): boolean {
    const count = this.count();
    if (count === 1) return test(this.#offer as Value);
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

  /** false: no value matches the expression that needs these. */
  mayMeet(needs: RegexNeeds): boolean {
    const count = this.count();
    return count === 1 ? meetsNeeds(needs, this.#text, this.folded()) : count > 1;
  }

  #take(offer: Value | typeof several): void {
    if (offer !== several) {
      this.#count = 1;
      this.#text = typeof offer === "string" ? offer : textOf(offer);
      return;
    }
    const { body } = this.#hand;
    const values = this.#paths === "leaves" ? leafValues(body) : fieldValues(body, this.#paths);
    if (values.length === 1) {
      this.#offer = values[0]!;
      return this.#take(values[0]!);
    }
    this.#count = values.length;
    this.#values = values;
    this.#texts = values.map(textOf);
  }
}
