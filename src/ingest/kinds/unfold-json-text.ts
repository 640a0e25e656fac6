import type { Json, JsonObject } from "#sigma";

/** Reads a key that holds an object as JSON text in place; anything else stays as it is. */
export function unfoldJsonText(body: JsonObject, key: string): JsonObject {
  const text = body[key];
  if (typeof text !== "string" || !text.startsWith("{")) return body;
  try {
    return { ...body, [key]: JSON.parse(text) as Json };
  } catch {
    return body;
  }
}
