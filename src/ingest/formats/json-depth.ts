import type { Json } from "#sigma";

/**
 * Whether parsed JSON nests more than `limit` levels. Recursion ends at the limit, so it can't exhaust the stack; flat
 * records cost one look per key, less than counting brackets in their text.
 */
export function nestsDeeper(value: Json, limit: number): boolean {
  if (limit === 0) return true;
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) {
      if (typeof item === "object" && item !== null && nestsDeeper(item, limit - 1)) return true;
    }
    return false;
  }
  const object = value as Readonly<Record<string, Json>>;
  for (const key in object) {
    const item = object[key];
    if (typeof item === "object" && item !== null && nestsDeeper(item, limit - 1)) return true;
  }
  return false;
}
