/** What a sampled stripe had. */
export interface SampledStripe {
  readonly candidates: number;
  readonly found: number;
}

export interface Estimate {
  readonly count: number;
  /** Between them the true number lies with about 95 % certainty. */
  readonly low: number;
  readonly high: number;
}

/**
 * How many findings there are in all, from an even sample of stripes whose candidates are known, as those of all stripes
 * are: the ratio estimator with its usual variance (W. G. Cochran, Sampling Techniques, 3rd edition, sections 2.11 and
 * 6.4, taking an even sample for a random one). Where the sample has no finding, the rule of three bounds the rest.
 */
export function estimateCount(
  sample: readonly SampledStripe[],
  all: { readonly stripes: number; readonly candidates: number },
): Estimate {
  const candidates = sample.reduce((sum, one) => sum + one.candidates, 0);
  const found = sample.reduce((sum, one) => sum + one.found, 0);
  if (candidates === 0) return { count: 0, low: 0, high: all.candidates };
  if (sample.length >= all.stripes) return { count: found, low: found, high: found };
  const ratio = found / candidates;
  if (found === 0) return { count: 0, low: 0, high: Math.ceil(all.candidates * Math.min(1, 3 / candidates)) };
  const squares = sample.reduce((sum, one) => sum + (one.found - ratio * one.candidates) ** 2, 0);
  const variance = squares / Math.max(1, sample.length - 1);
  const unseen = 1 - sample.length / all.stripes;
  const error = 1.96 * all.stripes * Math.sqrt((unseen * variance) / sample.length);
  const count = ratio * all.candidates;
  return {
    count: Math.round(count),
    low: Math.max(found, Math.floor(count - error)),
    high: Math.min(all.candidates, Math.ceil(count + error)),
  };
}
