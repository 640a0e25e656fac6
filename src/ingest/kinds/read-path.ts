import type { Json, JsonObject } from "#sigma";
import type { Path } from "./ingest-kind.ts";

/**
 * The value at a path without `*`, or undefined when there is none (JSON null counts as none). Never throws. Paths come
 * from content, which may not name what every object inherits (source-definition.ts): so a plain look-up is enough.
 */
export function readPath(body: JsonObject, path: Path): Json | undefined {
  let value: Json | undefined = body;
  for (let at = 0; at < path.length; at++) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as JsonObject)[path[at]!];
  }
  return value ?? undefined;
}
