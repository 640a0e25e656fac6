import { type ChangeDoor, systemActor } from "#access";
import { instant } from "#kernel";
import type { FindingRow, FindingsReading } from "#lake";
import type { Clock, Reader, Records, Stream } from "#platform";
import { every } from "#platform";
import type { Log } from "#telemetry";
import { keepProgress, progressOf } from "../alerts/store.ts";
import type { Committer } from "../spine/commit.ts";
import type { WatchTables } from "../tables.ts";
import type { LiveCorrelator } from "./live-correlator.ts";
import { readObservations } from "./observations.ts";
import { SeenFindings } from "./seen-findings.ts";

export interface CorrelatingOptions {
  readonly records: Pick<Records, "hold">;
  readonly read: Reader<WatchTables>;
  readonly change: ChangeDoor;
  /** What others tell through; undefined where streams end at this process's wall. */
  readonly stream: Pick<Stream, "consume"> | undefined;
  readonly lake: FindingsReading;
  readonly correlator: LiveCorrelator;
  readonly committer: Pick<Committer, "observeAgain" | "tick">;
  readonly clock: Clock;
  readonly log: Log;
  /** Milliseconds after the beginning in which what did not happen is not told yet. */
  readonly quiet: number;
  /** Milliseconds between looks into the lake for what the stream did not bring. */
  readonly sweep?: number;
}

/** The name that whoever correlates holds on the records, and the one under which it is kept how far that has come. */
const name = "watch.correlating";
const progress = "correlations";
/** How long before its being durable a finding may say that it came: clocks apart, a store that was slow. Milliseconds. */
const overlap = 600_000;
const keepEvery = 60_000;
/** How far back a process looks that correlates after nobody did. Milliseconds. */
const furthest = 86_400_000;
const idsAtOnce = 500;

/**
 * Correlates what all processes find, as long as no other process does. The lake is what counts: the stream only brings
 * findings sooner. Whoever takes over begins anew with what the lake has, and what is found twice is the same finding.
 */
export function correlateForAll(options: CorrelatingOptions): AsyncDisposable {
  const { records, clock, log } = options;
  const stop = new AbortController();
  const { signal } = stop;

  async function run(): Promise<void> {
    while (!signal.aborted)
      try {
        await using held = await records.hold(name, signal);
        log.info("this process correlates for all");
        await lead(options, AbortSignal.any([signal, held.lost]));
      } catch (error) {
        if (signal.aborted) return;
        log.warn("correlating for all ended; whoever comes first goes on", { error });
        await clock.sleep(1_000, signal).catch(() => undefined);
      }
  }

  const running = run();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort(new Error("Meridian is stopping"));
      await running;
    },
  };
}

/** Resolves when the signal aborts; rejects with the first fault. */
async function lead(options: CorrelatingOptions, until: AbortSignal): Promise<void> {
  const { lake, correlator, committer, clock, stream } = options;
  const seen = new SeenFindings();
  const began = clock.now();
  const over = new AbortController();
  const signal = AbortSignal.any([until, over.signal]);
  const fail = (error: unknown) => over.abort(error);

  async function observe(rows: readonly FindingRow[], from: number): Promise<void> {
    const fresh = rows.filter(({ id, type }) => type !== "correlation" && !seen.has(id));
    if (fresh.length === 0) return;
    await committer.observeAgain(
      fresh.filter(({ muted }) => muted !== "excepted"),
      from,
    );
    // After it is done: what failed is to come again.
    for (const { id } of fresh) seen.add(id, clock.now());
  }

  async function beginAnew(): Promise<void> {
    correlator.forget();
    const kept = (await progressOf(options.read, progress)) ?? 0;
    const now = clock.now();
    const { memory } = correlator;
    const told = Math.max(kept - overlap, now - furthest);
    for await (const rows of lake.since(Math.min(told, now) - 2 * memory, signal)) await observe(rows, told);
  }

  async function sweep(): Promise<void> {
    const at = clock.now();
    seen.forgetBefore(at - 2 * overlap);
    const ids = await lake.idsReceivedSince(at - overlap, correlator.wanted, signal);
    const unseen = ids.filter((id) => !seen.has(id));
    for (let start = 0; start < unseen.length; start += idsAtOnce)
      for await (const rows of lake.byIds(unseen.slice(start, start + idsAtOnce), signal))
        await observe(rows, -Infinity);
    if (at - kept < keepEvery || correlator.wanted.length === 0) return;
    kept = at;
    await options.change(systemActor("watch", ["alerts.raise"]), "alerts.raise", async ({ tx, audit }) => {
      await keepProgress(tx, progress, instant(at));
      audit("correlations", { upTo: at });
    });
  }

  async function consume(): Promise<void> {
    if (!stream) return;
    for await (const batch of stream.consume("correlating", { most: 100, signal }))
      for (const message of batch) {
        await observe(readObservations(message.body), -Infinity);
        await message.ack();
      }
  }

  let kept = began;
  await beginAnew();
  const jobs = { clock, onFault: fail };
  const tick = async () => {
    if (clock.now() - began >= options.quiet) await committer.tick();
  };
  const sweeping = every(options.sweep ?? 5_000, sweep, jobs);
  const ticking = every(1_000, tick, jobs);
  await consume().catch(fail);
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  await Promise.all([sweeping, ticking].map((job) => job[Symbol.asyncDispose]()));
  if (!until.aborted) throw over.signal.reason;
}
