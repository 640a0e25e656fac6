import type { Json, JsonObject } from "#sigma";
import type { Path } from "../kinds/ingest-kind.ts";
import type { Source } from "./compile-mapping.ts";

/** Reads a record's fields and remembers which of them found a place in the event. */
export class RecordReader {
  readonly #body: JsonObject;
  readonly #taken = new Set<string>();

  constructor(body: JsonObject) {
    this.#body = body;
  }

  /** The first field that holds something which converts. Empty texts and `-` are how logs write nothing. */
  read(source: Source): Json | undefined {
    for (const place of source.places) {
      for (const path of concrete(this.#body, place)) {
        const value = at(this.#body, path);
        if (value === undefined || value === null || value === "" || value === "-") continue;
        const converted = source.convert(value);
        if (converted === undefined) continue;
        if (source.keepsAll) this.#taken.add(keyOf(path));
        return converted;
      }
    }
    return undefined;
  }

  /** As text in lower case, for comparing; takes nothing. */
  peek(source: Source): string | undefined {
    const value = this.read({ ...source, keepsAll: false });
    return typeof value === "object" || value === undefined ? undefined : String(value).toLowerCase();
  }

  /** The record without what was taken; undefined when nothing is left. */
  rest(): JsonObject | undefined {
    return restOf(this.#body, [], this.#taken) as JsonObject | undefined;
  }
}

function restOf(value: Json, path: Path, taken: ReadonlySet<string>): Json | undefined {
  if (path.length > 0 && taken.has(keyOf(path))) return undefined;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).flatMap(([key, inner]): [string, Json][] => {
    const rest = restOf(inner, [...path, key], taken);
    return rest === undefined ? [] : [[key, rest]];
  });
  // An object that was empty from the start is information too.
  return entries.length > 0 || Object.keys(value).length === 0 ? Object.fromEntries(entries) : undefined;
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
  return path.join("\0");
}
