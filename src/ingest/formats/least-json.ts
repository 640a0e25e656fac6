import type { Json } from "#sigma";

/**
 * How many characters the JSON text of a parsed value has at least: no blanks, no escapes, few digits. -1 when it nests
 * more than `depth` levels; recursion ends there, so it can't exhaust the stack.
 *
 * One walk tells both how deep a record is and how much of its text did not end up in it: a value that a duplicate key
 * hides is such text. It takes 3 to 5 % of the time of parsing (docs/formats.md).
 */
export function leastJson(value: Json, depth: number): number {
  if (depth === 0) return -1;
  let length = 1;
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    for (let at = 0; at < items.length; at++) {
      const item = items[at]!;
      if (typeof item === "string") length += item.length + 3;
      else if (typeof item !== "object" || item === null) length += 1 + leastScalar(item);
      else {
        const inner = leastJson(item, depth - 1);
        if (inner < 0) return -1;
        length += 1 + inner;
      }
    }
    return items.length === 0 ? 2 : length;
  }
  const object = value as Readonly<Record<string, Json>>;
  for (const key in object) {
    const item = object[key]!;
    if (typeof item === "string") length += key.length + item.length + 6;
    else if (typeof item !== "object" || item === null) length += key.length + 4 + leastScalar(item);
    else {
      const inner = leastJson(item, depth - 1);
      if (inner < 0) return -1;
      length += key.length + 4 + inner;
    }
  }
  return length === 1 ? 2 : length;
}

function leastScalar(value: Json): number {
  if (typeof value !== "number") return 4;
  if (value < 0) return 2;
  // Not more than 3: 1e9 has no more.
  return value < 10 ? 1 : value < 100 ? 2 : 3;
}
