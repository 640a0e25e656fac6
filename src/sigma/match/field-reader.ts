import type { Json, JsonObject } from "../event.ts";
import type { Value } from "./field-values.ts";

/** Says that only `fieldValues` can tell: there is an array or an object where a scalar mostly is. */
export const several = Symbol("several");

/** Takes what lies at one of a field's paths; of several paths the one with the lowest rank counts. */
export interface FieldSink {
  offer(rank: number, value: Value | typeof several): void;
}

/**
 * Gives every wanted field of an event its value in one pass over the objects that fields lie in. Asking each object
 * for each field costs far more, most of all for the many fields that an event doesn't have.
 */
export class FieldReader {
  readonly #root = new ObjectReader();

  /** Call before the first `read`. */
  want(paths: readonly (readonly string[])[], sink: FieldSink): void {
    paths.forEach((path, rank) => this.#root.want(path, { sink, rank }));
  }

  read(body: JsonObject): void {
    this.#root.read(body);
  }
}

interface Target {
  readonly sink: FieldSink;
  readonly rank: number;
}

class ObjectReader {
  readonly #members = new Map<string, Member>();
  /** Fields whose path goes on with `*`, or ends here: told that they must look for themselves. */
  readonly #unclear: Target[] = [];
  /** What the object before this one had, key by key: events of a kind have mostly the same keys in the same order. */
  readonly #lastKeys: string[] = [];
  readonly #lastMembers: (Member | undefined)[] = [];

  want(path: readonly string[], target: Target): void {
    const [step, ...rest] = path;
    if (step === undefined || step === "*") return void this.#unclear.push(target);
    let member = this.#members.get(step);
    if (member === undefined) this.#members.set(step, (member = { targets: [], inner: undefined }));
    if (rest.length === 0) member.targets.push(target);
    else (member.inner ??= new ObjectReader()).want(rest, target);
  }

  read(object: JsonObject): void {
    for (const target of this.#unclear) offer(target, several);
    const lastKeys = this.#lastKeys;
    const lastMembers = this.#lastMembers;
    let place = 0;
    for (const key in object) {
      let member: Member | undefined;
      if (lastKeys[place] === key) member = lastMembers[place];
      else {
        member = this.#members.get(key);
        if (place < keysRemembered) {
          lastKeys[place] = key;
          lastMembers[place] = member;
        }
      }
      place++;
      if (member !== undefined) take(member, object[key]!);
    }
  }

  /** Instead of `read`, when an array lies where the object should be. */
  readSeveral(): void {
    for (const target of this.#unclear) offer(target, several);
    for (const { targets, inner } of this.#members.values()) {
      for (const target of targets) offer(target, several);
      inner?.readSeveral();
    }
  }
}

interface Member {
  readonly targets: Target[];
  inner: ObjectReader | undefined;
}

const keysRemembered = 128;

function take({ targets, inner }: Member, value: Json): void {
  if (value === null) return;
  const scalar = typeof value !== "object";
  for (let i = 0; i < targets.length; i++) offer(targets[i]!, scalar ? value : several);
  if (inner === undefined || scalar) return;
  if (Array.isArray(value)) inner.readSeveral();
  else inner.read(value as JsonObject);
}

function offer({ sink, rank }: Target, value: Value | typeof several): void {
  sink.offer(rank, value);
}
