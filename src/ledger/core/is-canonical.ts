import { canonicalJson } from "#kernel";

/**
 * Whether a text is the canonical JSON (RFC 8785) of the value that was read from it. Means `canonicalJson(value) === text`,
 * and finds most texts that are by the engine's own spelling, which is some times quicker.
 */
export function isCanonical(value: unknown, text: string): boolean {
  // The engine spells lone surrogates, which canonical JSON refuses, as \udXXX.
  if (hasSortedKeys(value) && !text.includes("\\ud") && JSON.stringify(value) === text) return true;
  try {
    return canonicalJson(value) === text;
  } catch {
    return false;
  }
}

/** False, too, for keys such as "10" and "9", which the engine puts in the order of their numbers. */
function hasSortedKeys(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(hasSortedKeys);
  let before: string | undefined;
  for (const [key, item] of Object.entries(value)) {
    if ((before !== undefined && before >= key) || !hasSortedKeys(item)) return false;
    before = key;
  }
  return true;
}
