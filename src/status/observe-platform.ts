import { type Clock, type DeliveryOutcome, every, type Outbox, type PartName } from "#platform";
import type { Log, Metrics } from "#telemetry";

/** What the platform tells of itself while it works, as metrics and log lines. */
export interface PlatformObserver {
  /** For `createPlatform`: a part tries again. */
  retried(part: PartName): void;
  /** For `outbox.dispatch`: a delivery was tried. */
  tried(handler: string, outcome: DeliveryOutcome): void;
  /** For `outbox.dispatch`: a round of deliveries could not reach the records. */
  fault(error: unknown): void;
  /** Looks at what waits in the outbox now and then, until disposed. */
  watch(outbox: Pick<Outbox, "counts">, clock: Clock): AsyncDisposable;
}

/** How often the outbox is counted, in milliseconds: Prometheus looks every 15 s by default. */
const looksApart = 15_000;

export function observePlatform(metrics: Metrics, log: Log): PlatformObserver {
  const retries = metrics.counter({
    name: "meridian.platform.retries",
    unit: "{retry}",
    says: "Further tries that a part made by itself: lost transactions, busy stores, absent servers.",
  });
  const deliveries = metrics.counter({
    name: "meridian.outbox.deliveries",
    unit: "{delivery}",
    says: "Tries to hand an announcement to a handler, by handler and outcome: delivered, postponed, dead.",
  });
  const faults = metrics.counter({
    name: "meridian.outbox.faults",
    unit: "{fault}",
    says: "Rounds of delivery, and looks at the outbox, that could not reach the records.",
  });
  const gauge = (name: string, says: string) => metrics.gauge({ name, unit: "{delivery}", says });
  const waiting = gauge("meridian.outbox.waiting", "Announcements not handed out yet and deliveries not made yet.");
  const dead = gauge("meridian.outbox.dead", "Deliveries given up after their last try; somebody has to look.");
  const fault = (error: unknown) => {
    faults.add(1);
    log.warn("the outbox could not reach the records and tries again", { error });
  };
  return {
    retried: (part) => retries.add(1, { part }),
    tried: (handler, outcome) => deliveries.add(1, { handler, outcome }),
    fault,
    watch(outbox, clock) {
      const look = async () => {
        const counts = await outbox.counts();
        waiting.set(counts.waiting);
        dead.set(counts.dead);
      };
      return every(looksApart, look, { clock, onFault: fault });
    },
  };
}
