import { fold } from "../fold.ts";
import type { Json, JsonObject } from "../event.ts";
import type { EventInHand } from "./event-in-hand.ts";
import { fieldValues, leafValues, textOf, type Value } from "./field-values.ts";

/** One field of the event in hand: looked up at most once, folded at most once, and only when somebody asks. */
export class Slot {
  readonly #hand: EventInHand;
  readonly #paths: readonly (readonly string[])[] | "leaves";
  /** Every step is a plain key, so that a field with one scalar value is found without allocating. */
  readonly #plain: boolean;
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
  constructor(hand: EventInHand, paths: readonly (readonly string[])[] | "leaves") {
    this.#hand = hand;
    this.#paths = paths;
    this.#plain = paths !== "leaves" && paths.every((path) => path.length > 0 && path.every(isPlainStep));
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
    const value = this.#plain ? onlyScalar(body, this.#paths as readonly (readonly string[])[]) : several;
    if (value === undefined) this.#count = 0;
    else if (value === several)
      this.#keepAll(this.#paths === "leaves" ? leafValues(body) : fieldValues(body, this.#paths));
    else this.#keep(value as Value);
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

/** A key that also names something every object inherits needs `hasOwn`; `*` needs all keys. */
function isPlainStep(step: string): boolean {
  return step !== "*" && !(step in Object.prototype);
}

/** Says that only `fieldValues` can tell: there is an array or an object where a scalar mostly is. */
const several = Symbol("several");

function onlyScalar(body: JsonObject, paths: readonly (readonly string[])[]): Value | typeof several | undefined {
  for (const path of paths) {
    let at: Json | undefined = body;
    for (const step of path) {
      if (typeof at !== "object" || at === null) {
        at = undefined;
        break;
      }
      if (Array.isArray(at)) return several;
      at = (at as JsonObject)[step];
    }
    if (at === undefined || at === null) continue;
    return typeof at === "object" ? several : at;
  }
  return undefined;
}
