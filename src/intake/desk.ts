import { Refusal } from "#kernel";
import { backoff, type Clock } from "#platform";
import type { Counter, Metrics } from "#telemetry";
import type { Delivery, Take, Taken } from "./contract.ts";
import { refuse } from "./refusals.ts";
import type { SourceLimits } from "./source-limits.ts";
import { saidOf, type Sources } from "./sources.ts";
import type { SourceRecord } from "./store.ts";

/** What a door hands over. The rest of a `Delivery` is known of its source. */
export type Handed = Pick<Delivery, "bytes"> & Partial<Pick<Delivery, "format" | "key" | "facts">>;

/** Told of what came in, before it is taken and after; for the sources' health. Neither waits nor throws. */
export interface Watcher {
  before(source: string, handed: Handed, at: number): void;
  /** It tried, and could not be taken now. */
  refused(source: string, at: number): void;
  after(source: string, taken: Taken, at: number): void;
}

export interface DeskParts {
  readonly take: Take;
  readonly sources: Sources;
  readonly limits: SourceLimits;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly watcher?: Watcher;
}

/** Counts of a source since the process began. */
export interface Tally {
  accepted: number;
  rejected: number;
  /** Datagrams that could not be kept. */
  lost: number;
}

/**
 * Where every door hands over what it received. Asks whether the source may send now, hands the delivery to whoever stores and detects it,
 * counts it. What it has answered for is durable.
 */
export class Desk {
  readonly #parts: DeskParts;
  readonly #events: Counter;
  readonly #bytes: Counter;
  readonly #waits: Counter;
  readonly #tallies = new Map<string, Tally>();

  constructor(parts: DeskParts) {
    this.#parts = parts;
    const { metrics } = parts;
    this.#events = metrics.counter({
      name: "meridian.intake.events",
      unit: "{event}",
      says: "Records that came in, by source and outcome: accepted, rejected, lost.",
    });
    this.#bytes = metrics.counter({ name: "meridian.intake.size", unit: "By", says: "Bytes taken in, unpacked." });
    this.#waits = metrics.counter({
      name: "meridian.intake.waits",
      unit: "{wait}",
      says: "How often a delivery found the way full: refused to a sender, or tried again later.",
    });
  }

  /** The source, when it may send. Throws refusals: disabled, or over its limits. */
  async admit(name: string): Promise<SourceRecord> {
    const source = await this.#parts.sources.ensure(name);
    if (source.disabled) throw refuse("source-disabled", { source: name });
    try {
      this.#parts.limits.check(source);
    } catch (error) {
      this.#refused(name);
      throw error;
    }
    return source;
  }

  /** Resolves once the delivery is durable. Throws refusals: those of `admit`, and `watch/busy`. */
  async hand(name: string, handed: Handed, signal?: AbortSignal): Promise<Taken> {
    const source = await this.admit(name);
    const { take, limits, clock, watcher } = this.#parts;
    const receivedAt = clock.now();
    // Whoever takes the bytes may take them away.
    const { byteLength } = handed.bytes;
    watcher?.before(name, handed, receivedAt);
    const format = source.format ?? handed.format;
    const delivery: Delivery = {
      source: name,
      bytes: handed.bytes,
      receivedAt,
      ...(format === undefined ? {} : { format }),
      ...(handed.key === undefined ? {} : { key: handed.key }),
      ...saidOf(source),
      ...(handed.facts === undefined ? {} : { facts: handed.facts }),
    };
    try {
      const taken = await take(delivery, signal);
      limits.note(source, { events: taken.accepted + taken.rejected, bytes: byteLength });
      this.#count(name, taken, byteLength);
      watcher?.after(name, taken, receivedAt);
      return taken;
    } catch (error) {
      if (isBusy(error)) this.#refused(name);
      throw error;
    }
  }

  /**
   * For doors that can make their sender wait: tries until it is taken, or the signal aborts. `make` is asked anew for
   * each try, since bytes that were handed over may be gone. `wait` is told of each pause, in milliseconds.
   */
  async handPatiently(
    name: string,
    make: () => Handed | Promise<Handed>,
    { signal, wait }: { readonly signal: AbortSignal; readonly wait?: (milliseconds: number) => void },
  ): Promise<Taken> {
    for (let tries = 1; ; tries += 1) {
      signal.throwIfAborted();
      try {
        return await this.hand(name, await make(), signal);
      } catch (error) {
        if (!isBusy(error)) throw error;
        const pause = Math.max(retryAfterOf(error) * 1_000, backoff(tries, { first: 100, most: 30_000 }));
        wait?.(pause);
        await this.#parts.clock.sleep(pause, signal);
      }
    }
  }

  lost(name: string, count: number): void {
    this.tally(name).lost += count;
    this.#events.add(count, { source: name, outcome: "lost" });
  }

  tally(name: string): Tally {
    const known = this.#tallies.get(name);
    if (known) return known;
    const tally = { accepted: 0, rejected: 0, lost: 0 };
    this.#tallies.set(name, tally);
    return tally;
  }

  #refused(name: string): void {
    this.#waits.add(1, { source: name });
    this.#parts.watcher?.refused(name, this.#parts.clock.now());
  }

  #count(name: string, { accepted, rejected }: Taken, bytes: number): void {
    const tally = this.tally(name);
    tally.accepted += accepted;
    tally.rejected += rejected;
    this.#bytes.add(bytes, { source: name });
    this.#events.add(accepted, { source: name, outcome: "accepted" });
    if (rejected > 0) this.#events.add(rejected, { source: name, outcome: "rejected" });
  }
}

/** Whether a delivery may be taken later: the way is full (`watch/busy`), or the source too fast. */
export function isBusy(error: unknown): error is Refusal {
  return error instanceof Refusal && error.status === 429;
}

/** Seconds. */
export function retryAfterOf(refusal: Refusal): number {
  const seconds = Number(refusal.details["retryAfter"]);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 60) : 1;
}
