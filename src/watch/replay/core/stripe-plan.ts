/** A stripe of time with candidates in it. */
export interface CountedStripe {
  readonly stripe: number;
  readonly candidates: number;
  readonly granules: number;
}

/** Lengths that stripes may have, in milliseconds: each divides the next and the day. */
export const stripeLengths = [
  1_000, 5_000, 15_000, 60_000, 300_000, 900_000, 3_600_000, 21_600_000, 86_400_000,
] as const;
const mostStripes = 800;
/** A sample of fewer stripes says too little of how they differ. */
export const leastSample = 60;

/** Milliseconds of work, about: reading a block of rows, and one candidate through the store, the threads and the rules. */
const granuleCost = 1;
const candidateCost = 0.05;
/** A question to the store, whatever it finds. */
const questionCost = 40;

export function costOf({ candidates, granules }: Pick<CountedStripe, "candidates" | "granules">): number {
  return granules * granuleCost + candidates * candidateCost;
}

/** The shortest length with which a time has no more stripes than are worth counting. */
export function stripeLengthFor(span: { readonly from: number; readonly to: number }): number {
  return stripeLengths.find((length) => (span.to - span.from) / length <= mostStripes) ?? 86_400_000;
}

/**
 * A length whose stripes are short enough that a sample of them fits into the budget; undefined where `length` is short
 * enough.
 */
export function shorterLength(stripes: readonly CountedStripe[], length: number, budget: number): number | undefined {
  const each = stripes.reduce((sum, one) => sum + costOf(one), 0) / stripes.length;
  const wanted = Math.max(1, budget / leastSample - questionCost);
  if (each <= wanted || length <= stripeLengths[0]) return undefined;
  const fitting = length * (wanted / each);
  return stripeLengths.findLast((one) => one <= fitting) ?? stripeLengths[0];
}

/** Stripes for a look at all of the time within a budget: evenly spread, of those that have candidates. */
export function evenSample(stripes: readonly CountedStripe[], budget: number): readonly CountedStripe[] {
  const all = stripes.reduce((sum, one) => sum + costOf(one), 0);
  const share = Math.min(1, budget / (all + stripes.length * questionCost));
  const count = Math.min(stripes.length, Math.max(leastSample, Math.floor(stripes.length * share)));
  // The middle of each of `count` equal parts: no end of the time is favoured.
  return Array.from({ length: count }, (_, at) => stripes[Math.floor(((at + 0.5) * stripes.length) / count)]!);
}

/** The newest stripes whose cost fits into a budget; at least one. */
export function newestWithin(stripes: readonly CountedStripe[], budget: number): readonly CountedStripe[] {
  let cost = 0;
  const at = stripes.findLastIndex((one) => (cost += costOf(one)) > budget);
  return stripes.slice(Math.min(at + 1, stripes.length - 1));
}

/** The same in an order of which every beginning is spread about as evenly as the whole: by the bits of the place, last first. */
export function spreadOut<One>(all: readonly One[]): One[] {
  const bits = Math.max(1, Math.ceil(Math.log2(all.length)));
  const reversed = (at: number) => {
    let found = 0;
    for (let bit = 0; bit < bits; bit++) found |= ((at >> bit) & 1) << (bits - 1 - bit);
    return found;
  };
  return all
    .map((one, at) => ({ one, place: reversed(at) }))
    .sort((a, b) => a.place - b.place)
    .map(({ one }) => one);
}

export interface Slice {
  readonly from: number;
  readonly to: number;
  readonly stripes: readonly CountedStripe[];
  readonly cost: number;
}

/** Neighbouring stripes put together as long as they cost little, in the order of time. */
export function slicesOf(
  stripes: readonly CountedStripe[],
  length: number,
  span: { readonly from: number; readonly to: number },
  { together }: { readonly together: boolean },
): Slice[] {
  const slices: { from: number; to: number; stripes: CountedStripe[]; cost: number }[] = [];
  for (const one of stripes) {
    const from = Math.max(span.from, one.stripe * length);
    const to = Math.min(span.to, (one.stripe + 1) * length);
    const last = slices.at(-1);
    if (together && last && last.cost + costOf(one) <= sliceCost) {
      last.to = to;
      last.stripes.push(one);
      last.cost += costOf(one);
    } else slices.push({ from, to, stripes: [one], cost: costOf(one) });
  }
  return slices;
}

/** Milliseconds of work of a question to the store: long enough to be worth asking, short enough to show progress. */
const sliceCost = 500;
