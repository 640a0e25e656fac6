/** Combinations, or numbers, that one observation may have; an event has several where a field has several values. */
export const mostCombinations = 128;

export interface Combinations {
  readonly of: readonly (readonly string[])[];
  /** Combinations there were beyond the most. */
  readonly leftOut: number;
}

/** One value of each field, in every way; none when a field has no value, one empty one when there are no fields. */
export function combinationsOf(values: readonly (readonly string[])[]): Combinations {
  let of: readonly string[][] = [[]];
  let all = 1;
  for (const several of values) {
    if (several.length === 1) {
      for (const one of of) one.push(several[0]!);
      continue;
    }
    const different = [...new Set(several)];
    all *= different.length;
    const some = different.slice(0, mostCombinations);
    of = of.flatMap((one) => some.map((value) => [...one, value])).slice(0, mostCombinations);
  }
  return { of, leftOut: all - of.length };
}
