import { instant } from "#kernel";
import { systemClock } from "#platform";
import { createLog, createMetrics } from "#telemetry";
import { Desk } from "../desk.ts";
import { SourceLimits } from "../source-limits.ts";
import { sourceWishSchema } from "../source-schema.ts";
import { Sources } from "../sources.ts";
import type { SourceRecord } from "../store.ts";
import { readingTake } from "./reading-take.ts";

/** A desk over sources that are just there, for doors that need no records. */
export function openDesk(hold?: Parameters<typeof readingTake>[0]) {
  let tries = 0;
  let heard = Promise.withResolvers<void>();
  const reading = readingTake(async (delivery) => {
    tries += 1;
    heard.resolve();
    heard = Promise.withResolvers<void>();
    await hold?.(delivery);
  });
  const sources = Object.create(Sources.prototype, {
    ensure: { value: (name: string) => Promise.resolve(sourceOf(name)) },
    get: { value: sourceOf },
  }) as Sources;
  const lines: string[] = [];
  const log = createLog({ level: "debug", format: "json", now: Date.now, write: (line) => void lines.push(line) });
  const metrics = createMetrics();
  const desk = new Desk({
    take: reading.take,
    sources,
    limits: new SourceLimits(Date.now),
    clock: systemClock,
    metrics,
  });
  const wait = async (done: () => boolean) => {
    while (!done()) await Promise.race([heard.promise, systemClock.sleep(20)]);
  };
  return {
    desk,
    reading,
    clock: systemClock,
    log,
    metrics,
    lines,
    /** Resolves once so many records were taken. */
    until: (count: number) => wait(() => reading.records.length >= count),
    /** Resolves once handing over was tried so often. */
    busy: (count: number) => wait(() => tries >= count),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function sourceOf(name: string): SourceRecord {
  const at = instant(0);
  return { ...sourceWishSchema.parse({}), name, madeAt: at, madeBy: "", changedAt: at, changedBy: "" };
}
