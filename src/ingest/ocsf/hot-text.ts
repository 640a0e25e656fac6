import type { Json, JsonObject } from "#sigma";

/** Scalars as text; all else says nothing. */
export function text(value: Json | undefined): string {
  return typeof value === "string" ? value : typeof value === "number" || typeof value === "boolean" ? `${value}` : "";
}

export function numberIn(value: Json | undefined, most: number): number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= most ? value : 0;
}

export function outcomeText(value: Json | undefined): string {
  const said = text(value);
  return typeof value === "number" ? (outcomes.get(said) ?? said) : said;
}

/** Of OCSF's fingerprints, the values that are hexadecimal. */
export function hashTexts(value: Json | undefined): readonly string[] {
  if (!Array.isArray(value)) return none;
  return value.flatMap((one: Json) => {
    const hex = typeof one === "object" && one !== null && !Array.isArray(one) ? (one as JsonObject)["value"] : one;
    return typeof hex === "string" && /^[\da-f]{8,128}$/i.test(hex) ? hex.toLowerCase() : none;
  });
}

const none: readonly string[] = [];

/** OCSF's captions of `status_id`, for the outcome of what says no more than its number. */
const outcomes: ReadonlyMap<string, string> = new Map([
  ["0", ""],
  ["1", "success"],
  ["2", "failure"],
  ["99", "other"],
]);
