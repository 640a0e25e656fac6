import type { Json, JsonObject } from "#sigma";
import type { Path } from "../kinds/ingest-kind.ts";
import type { Source } from "./compile-mapping.ts";

/** Reads a record's fields and remembers which of them found a place in the event, and where. */
export class RecordReader {
  readonly #body: JsonObject;
  /** Path in the record → attributes that hold its value. */
  readonly #taken = new Map<string, string[]>();

  constructor(body: JsonObject) {
    this.#body = body;
  }

  /**
   * The first field that holds something which converts, for the attribute `to`. Empty texts and `-` are how logs write
   * nothing.
   */
  read(source: Source, to: Path): Json | undefined {
    return this.#find(source, source.keepsAll ? to : undefined);
  }

  /** Gives back what only `attribute`, or attributes within it, hold: it was taken out of the event again. */
  giveBack(attribute: string): void {
    for (const [key, holders] of this.#taken) {
      const left = holders.filter((holder) => holder !== attribute && !holder.startsWith(`${attribute}.`));
      if (left.length === 0) this.#taken.delete(key);
      else this.#taken.set(key, left);
    }
  }

  /** As text in lower case, for comparing; takes nothing. */
  peek(source: Source): string | undefined {
    const value = this.#find(source, undefined);
    return typeof value === "object" || value === undefined ? undefined : String(value).toLowerCase();
  }

  /** The record without what was taken; undefined when nothing is left. */
  rest(): JsonObject | undefined {
    return restOf(this.#body, "", this.#taken) as JsonObject | undefined;
  }

  #find({ places, convert }: Source, to: Path | undefined): Json | undefined {
    for (const place of places) {
      if (place.includes("*")) {
        for (const path of concrete(this.#body, place)) {
          const converted = this.#convert(path, convert, to);
          if (converted !== undefined) return converted;
        }
      } else {
        const converted = this.#convert(place, convert, to);
        if (converted !== undefined) return converted;
      }
    }
    return undefined;
  }

  #convert(path: Path, convert: Source["convert"], to: Path | undefined): Json | undefined {
    const value = at(this.#body, path);
    if (value === undefined || value === null || value === "" || value === "-") return undefined;
    const converted = convert(value);
    if (converted !== undefined && to !== undefined) this.#take(keyOf(path), to.join("."));
    return converted;
  }

  #take(key: string, attribute: string): void {
    const holders = this.#taken.get(key);
    if (holders === undefined) this.#taken.set(key, [attribute]);
    else holders.push(attribute);
  }
}

function restOf(value: Json, key: string, taken: ReadonlyMap<string, unknown>): Json | undefined {
  if (key !== "" && taken.has(key)) return undefined;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const rest: Record<string, Json> = {};
  let isEmpty = true;
  let wasEmpty = true;
  for (const [name, inner] of Object.entries(value)) {
    wasEmpty = false;
    const left = restOf(inner, `${key}\0${name}`, taken);
    if (left === undefined) continue;
    isEmpty = false;
    if (name === "__proto__")
      Object.defineProperty(rest, name, { value: left, enumerable: true, configurable: true, writable: true });
    else rest[name] = left;
  }
  // An object that was empty from the start is information too.
  return isEmpty && !wasEmpty ? undefined : rest;
}

/** The path with each `*` replaced by the keys that are there. */
function concrete(body: JsonObject, place: Path): readonly Path[] {
  const star = place.indexOf("*");
  if (star < 0) return [place];
  const inside = at(body, place.slice(0, star));
  if (typeof inside !== "object" || inside === null || Array.isArray(inside)) return [];
  return Object.keys(inside).flatMap((key) => concrete(body, [...place.slice(0, star), key, ...place.slice(star + 1)]));
}

function at(body: JsonObject, path: Path): Json | undefined {
  let value: Json | undefined = body;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as JsonObject)[step];
  }
  return value;
}

function keyOf(path: Path): string {
  return `\0${path.join("\0")}`;
}
