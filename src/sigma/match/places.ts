import type { Json, JsonObject } from "../event.ts";
import type { EventInHand } from "./event-in-hand.ts";
import type { Value } from "./field-values.ts";

/** Says that only `fieldValues` can tell: there is an array or an object where a scalar mostly is. */
export const several = Symbol("several");

/** An object in the event that fields lie in: found once per event for all of them. */
export class Place {
  readonly #hand: EventInHand;
  readonly #parent: Place | undefined;
  readonly #key: string;
  readonly #children = new Map<string, Place>();
  #generation = 0;
  #value: Json | undefined | typeof several;

  constructor(hand: EventInHand, parent?: Place, key = "") {
    this.#hand = hand;
    this.#parent = parent;
    this.#key = key;
  }

  child(key: string): Place {
    let child = this.#children.get(key);
    if (child === undefined) this.#children.set(key, (child = new Place(this.#hand, this, key)));
    return child;
  }

  /** What lies here; undefined when nothing does. */
  value(): Json | undefined | typeof several {
    const { generation } = this.#hand;
    if (this.#generation !== generation) {
      this.#generation = generation;
      this.#value = this.#parent === undefined ? this.#hand.body : memberOf(this.#parent.value(), this.#key);
    }
    return this.#value;
  }
}

function memberOf(container: Json | undefined | typeof several, key: string): Json | undefined | typeof several {
  if (container === several || Array.isArray(container)) return several;
  return typeof container === "object" && container !== null ? (container as JsonObject)[key] : undefined;
}

/** Reads the one scalar that a field mostly has, without allocating. */
export type ReadScalar = () => Value | typeof several | undefined;

export function scalarReader(root: Place, paths: readonly (readonly string[])[]): ReadScalar {
  // A key that also names something every object inherits needs more care than a plain look-up.
  if (paths.some((path) => path.length === 0 || path.some((step) => step in Object.prototype))) return () => several;
  const leaves = paths.map((path) => {
    const star = path.indexOf("*");
    const inner = star < 0 ? path.slice(0, -1) : path.slice(0, star);
    const container = inner.reduce((place, key) => place.child(key), root);
    return { container, key: star < 0 ? path.at(-1)! : undefined };
  });
  return () => {
    for (const { container, key } of leaves) {
      const at = container.value();
      if (at === several) return several;
      if (typeof at !== "object" || at === null) continue;
      if (key === undefined || Array.isArray(at)) return several;
      const value = (at as JsonObject)[key];
      if (value === undefined || value === null) continue;
      return typeof value === "object" ? several : value;
    }
    return undefined;
  };
}
