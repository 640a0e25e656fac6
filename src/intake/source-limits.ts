import { type BucketLevel, type BucketRate, fullBucket, refilled, taken, waitOf } from "./core/token-bucket.ts";
import { refuse } from "./refusals.ts";
import type { SourceRecord } from "./store.ts";

type Unit = "events" | "bytes";

/** Seconds of its rate that a source may send at once after a pause. */
const burstSeconds = 5;

/** Counts what each source sends, in this process, against its limits of events and bytes a second. */
export class SourceLimits {
  /** Milliseconds from any start, never going back. */
  readonly #now: () => number;
  readonly #levels = new Map<string, BucketLevel>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Throws the refusal `intake/too-fast` while what was sent before is not paid off. */
  check(source: SourceRecord): void {
    for (const [unit, rate] of ratesOf(source)) {
      const level = this.#level(source.name, unit, rate);
      const wait = waitOf(level, rate);
      if (wait === 0) continue;
      const retryAfter = Math.ceil(wait / 1_000);
      throw refuse("too-fast", { source: source.name, unit, limit: rate.perSecond, retryAfter });
    }
  }

  note(source: SourceRecord, units: Readonly<Record<Unit, number>>): void {
    for (const [unit, rate] of ratesOf(source))
      this.#levels.set(`${unit} ${source.name}`, taken(this.#level(source.name, unit, rate), units[unit]));
  }

  #level(name: string, unit: Unit, rate: BucketRate): BucketLevel {
    const at = this.#now();
    return refilled(this.#levels.get(`${unit} ${name}`) ?? fullBucket(rate, at), rate, at);
  }
}

function ratesOf({ limits: { eventsPerSecond, bytesPerSecond } }: SourceRecord): (readonly [Unit, BucketRate])[] {
  return (
    [
      ["events", eventsPerSecond],
      ["bytes", bytesPerSecond],
    ] as const
  ).flatMap(([unit, perSecond]) =>
    perSecond === undefined ? [] : [[unit, { perSecond, burst: perSecond * burstSeconds }] as const],
  );
}
