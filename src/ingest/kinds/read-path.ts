import type { Json, JsonObject } from "#sigma";
import type { Path } from "./ingest-kind.ts";

/** The value at a path without `*`, or undefined when there is none (JSON null counts as none). Never throws. */
export function readPath(body: JsonObject, path: Path): Json | undefined {
  let value: Json | undefined = body;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as JsonObject)[step];
  }
  return value ?? undefined;
}

/** The first value that any of the paths yields. */
export function readFirst(body: JsonObject, paths: readonly Path[]): Json | undefined {
  for (const path of paths) {
    const value = readPath(body, path);
    if (value !== undefined) return value;
  }
  return undefined;
}
