/** What a bucket holds, in units (events, bytes); below 0 where more was taken than it held. */
export interface BucketLevel {
  readonly level: number;
  /** Milliseconds from any start, never going back. */
  readonly at: number;
}

export interface BucketRate {
  /** Units a second. */
  readonly perSecond: number;
  /** The most that it holds. */
  readonly burst: number;
}

export function fullBucket({ burst }: BucketRate, at: number): BucketLevel {
  return { level: burst, at };
}

/** The level later. Time that went back counts as none. */
export function refilled(bucket: BucketLevel, rate: BucketRate, at: number): BucketLevel {
  const passed = Math.max(0, at - bucket.at);
  return { level: Math.min(rate.burst, bucket.level + (passed * rate.perSecond) / 1_000), at: Math.max(at, bucket.at) };
}

/**
 * What is handed over is weighed once it is known, so a bucket may be overdrawn by one delivery and lets nothing through
 * until that is paid off: over any stretch of time the mean is the rate, whatever the deliveries' sizes.
 */
export function taken(bucket: BucketLevel, units: number): BucketLevel {
  return { level: bucket.level - units, at: bucket.at };
}

/** Milliseconds until something may pass; 0 when it may now. */
export function waitOf({ level }: BucketLevel, { perSecond }: BucketRate): number {
  return level > 0 ? 0 : Math.ceil(((1 - level) * 1_000) / perSecond);
}
