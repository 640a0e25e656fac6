import type { JsonObject } from "#sigma";

/**
 * Remembers what follows from the keys that a record has. Most records of a log have the same keys in the same order, so
 * following them from key to key along the way that the record before took costs a comparison each, and no look-up.
 */
export class KeyPaths<T> {
  readonly #valueOf: (keys: ReadonlySet<string>) => T;
  readonly #most: number;
  #root: Step<T> = new Step();
  #steps = 0;
  #unseen = 0;

  /** `most` bounds the steps that are remembered, whatever keys a log invents. */
  constructor(valueOf: (keys: ReadonlySet<string>) => T, most = 20_000) {
    this.#valueOf = valueOf;
    this.#most = most;
  }

  /** What follows from the body's own keys; undefined when they are new and there is no room to remember them. */
  get(body: JsonObject): T | undefined {
    let step = this.#root;
    let depth = 0;
    for (const key in body) {
      if (key === step.key) step = step.next!;
      else {
        const next = step.to(key) ?? this.#grow(step, key);
        if (next === undefined) return undefined;
        step = next;
      }
      if (++depth > mostKeys) return undefined;
    }
    return (step.value ??= this.#valueOf(new Set(Object.keys(body))));
  }

  #grow(step: Step<T>, key: string): Step<T> | undefined {
    if (this.#steps >= this.#most) {
      // What filled the room may be long over: begin anew now and then.
      if (++this.#unseen > this.#most) {
        this.#root = new Step();
        this.#steps = this.#unseen = 0;
      }
      return undefined;
    }
    this.#steps++;
    return step.add(key);
  }
}

/** A record with more keys is none that anybody's content describes; it is not worth remembering. */
const mostKeys = 512;

class Step<T> {
  /** The way taken last. */
  key: string | undefined = undefined;
  next: Step<T> | undefined = undefined;
  value: T | undefined = undefined;
  #others: Map<string, Step<T>> | undefined = undefined;

  to(key: string): Step<T> | undefined {
    const found = this.#others?.get(key);
    if (found === undefined) return undefined;
    this.key = key;
    this.next = found;
    return found;
  }

  add(key: string): Step<T> {
    const step = new Step<T>();
    this.#others ??= new Map();
    this.#others.set(key, step);
    this.key = key;
    this.next = step;
    return step;
  }
}
