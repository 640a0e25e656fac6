import type { Json, JsonObject } from "#sigma";

/** Keys that begin the wrapped records of exporters: their second byte tells most other records apart at once. */
const firstKeyBytes = new Uint8Array(256);
for (const char of '_prlos"\\ ') firstKeyBytes[char.charCodeAt(0)] = 1;

/** Cheap: false means that the JSON text whose third byte is this can't be a wrapped record. */
export function mayBeWrapped(thirdByte: number | undefined): boolean {
  return thirdByte !== undefined && firstKeyBytes[thirdByte] === 1;
}

const splunkKeys = new Set(["preview", "offset", "lastrow", "result"]);

/** The record inside a search result: Elasticsearch's hit (`_source`), Splunk's export (`result`). */
export function unwrap(body: JsonObject): JsonObject {
  const source = body["_source"];
  if (isObject(source) && (body["_index"] !== undefined || body["_id"] !== undefined)) return source;
  const { result } = body;
  if (isObject(result) && Object.keys(body).every((key) => splunkKeys.has(key))) return result;
  return body;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
