import { fold } from "../fold.ts";
import type { FieldRefTest } from "../plan.ts";
import { textOf, type Value } from "./field-values.ts";

/**
 * How many values of the other field are looked at. Both sides come from the event, so that pairing all with all would
 * take an attacker's two arrays to quadratic time.
 */
export const fieldRefReach = 64;

/** Whether some value stands to some value of the other field as the test says. */
export function refers(test: FieldRefTest, values: readonly Value[], others: readonly Value[]): boolean {
  const text = (value: Value): string => (test.cased ? textOf(value) : fold(textOf(value)));
  const needles = others.slice(0, fieldRefReach).map(text);
  return values.some((value) => {
    const hay = text(value);
    return needles.some((needle) => stands(test.how, hay, needle));
  });
}

/** The value's text first, the other field's second. */
export function stands(how: FieldRefTest["how"], hay: string, needle: string): boolean {
  switch (how) {
    case "equals":
      return hay === needle;
    case "contains":
      return containsText(hay, needle);
    case "startswith":
      return hay.startsWith(needle);
    case "endswith":
      return hay.endsWith(needle);
  }
}

/** `includes` may take time haystack × needle; a needle from a rule is short, one from the event is as long as it likes. */
function containsText(hay: string, needle: string): boolean {
  return needle.length < 256 ? hay.includes(needle) : knuthMorrisPratt(hay, needle);
}

function knuthMorrisPratt(hay: string, needle: string): boolean {
  if (needle.length > hay.length) return false;
  const borders = new Int32Array(needle.length);
  for (let i = 1, k = 0; i < needle.length; i++) {
    while (k > 0 && needle.charCodeAt(i) !== needle.charCodeAt(k)) k = borders[k - 1]!;
    if (needle.charCodeAt(i) === needle.charCodeAt(k)) k++;
    borders[i] = k;
  }
  for (let i = 0, k = 0; i < hay.length; i++) {
    while (k > 0 && hay.charCodeAt(i) !== needle.charCodeAt(k)) k = borders[k - 1]!;
    if (hay.charCodeAt(i) === needle.charCodeAt(k)) k++;
    if (k === needle.length) return true;
  }
  return false;
}
