import type { Delivery, Take, Taken } from "#intake";
import { Refusal } from "#kernel";
import type { Clock } from "#platform";
import { refuse } from "../refusals.ts";
import type { Committer, Worked } from "./commit.ts";
import type { LaneDelivery } from "./lane-protocol.ts";
import { type LaneBooks, type Lanes, LanesDown } from "./lanes.ts";
import type { Generation } from "../rules/generation.ts";
import type { SpineMetrics } from "./spine-metrics.ts";

export interface SpineOptions {
  readonly committer: Committer;
  /** The lanes of now, with the generation of their rules; there are some once the spine is opened. */
  readonly lanes: () => { readonly lanes: Lanes; readonly generation: Generation } | undefined;
  /** What is in force of exceptions and indicators. */
  readonly books: () => LaneBooks;
  readonly clock: Clock;
  /** Bytes of deliveries that are neither refused nor done; past them `take` refuses. */
  readonly mostBytes: number;
  readonly metrics: SpineMetrics;
}

export interface Spine extends AsyncDisposable {
  readonly take: Take;
  /** Lets deliveries in. */
  open(): void;
  /** Bytes that wait or are worked on. */
  readonly held: number;
  /** When the oldest of the deliveries that are not done came, in ms since 1970; now, where there are none. */
  oldest(): number;
  /** Takes nothing more and resolves once all that was accepted is done. */
  [Symbol.asyncDispose](): Promise<void>;
}

interface Job {
  readonly delivery: LaneDelivery;
  readonly startedAt: number;
  readonly settle: PromiseWithResolvers<Taken>;
}

interface Group {
  readonly jobs: readonly Job[];
  readonly worked: Worked;
}

/** Bytes of the small deliveries that share a task: some dozens of milliseconds of a lane's work. */
const taskBytes = 1024 * 1024;
/** Rows of one insert, and bytes of what lanes have read and nobody has stored, past which they wait. */
const groupRows = 50_000;
/** Errors told in an answer. */
const errorsTold = 100;

/** Takes deliveries, has lanes work on them and commits what they give in groups; a delivery is answered when its group is durable. */
export function createSpine(options: SpineOptions): Spine {
  const { committer, lanes, books, clock, mostBytes, metrics } = options;
  const waiting: Job[] = [];
  const all = new Set<Job>();
  let held = 0;
  let inLanes = 0;
  let ready: Group[] = [];
  let storing = false;
  let settling = 0;
  let state: "starting" | "open" | "closing" = "starting";
  let drained = () => {};

  const take: Take = async (delivery, signal) => {
    signal?.throwIfAborted();
    const { length } = delivery.bytes;
    if (state !== "open") throw busy(`Meridian is ${state === "starting" ? "starting" : "stopping"}.`, 5);
    if (held > 0 && held + length > mostBytes) throw busy("Too much waits to be stored already.", 1);
    const job = { delivery: laneDelivery(delivery), startedAt: clock.now(), settle: Promise.withResolvers<Taken>() };
    held += length;
    all.add(job);
    waiting.push(job);
    const leave = () => {
      const at = waiting.indexOf(job);
      if (at < 0) return;
      waiting.splice(at, 1);
      done(job);
      job.settle.reject(signal?.reason);
    };
    signal?.addEventListener("abort", leave, { once: true });
    pump();
    try {
      const taken = await job.settle.promise;
      metrics.taken(delivery.source, taken, length, (clock.now() - job.startedAt) / 1_000);
      return taken;
    } catch (error) {
      metrics.refused(error);
      throw error;
    } finally {
      signal?.removeEventListener("abort", leave);
    }
  };

  function busy(why: string, retryAfter: number, cause?: unknown): Refusal {
    return refuse("busy", { why, retryAfter }, cause);
  }

  function done(job: Job): void {
    held -= job.delivery.bytes.length;
    all.delete(job);
    if (all.size === 0) drained();
  }

  /** Gives lanes what waits, as long as one is idle; one task more than there are lanes, so that none waits for us. */
  function pump(): void {
    const inForce = lanes();
    if (!inForce) return;
    const { lanes: now, generation } = inForce;
    while (waiting.length > 0 && inLanes <= now.size && ready.length <= now.size * 2) {
      const jobs: Job[] = [];
      let bytes = 0;
      while (waiting.length > 0 && (jobs.length === 0 || bytes + waiting[0]!.delivery.bytes.length <= taskBytes)) {
        const job = waiting.shift()!;
        bytes += job.delivery.bytes.length;
        jobs.push(job);
      }
      inLanes++;
      void run(jobs, now, generation);
    }
  }

  async function run(jobs: readonly Job[], now: Lanes, generation: Generation): Promise<void> {
    const deliveries = jobs.map(({ delivery }) => delivery);
    try {
      const answers = await now.run(deliveries, books());
      metrics.worked(answers);
      ready.push({ jobs, worked: { generation, deliveries, answers } });
    } catch (error) {
      fail(jobs, error instanceof LanesDown ? busy("Detection is starting anew.", 5, error) : error);
    } finally {
      inLanes--;
    }
    pump();
    void store();
  }

  /** One group is stored while the one before is being detected and alerted of. */
  async function store(): Promise<void> {
    if (storing) return;
    storing = true;
    while (ready.length > 0) {
      while (settling > 1) await settled();
      const groups = nextGroups();
      const stored = Promise.withResolvers<void>();
      settling++;
      void commit(groups, stored.resolve).finally(() => {
        settling--;
        wake();
      });
      pump();
      await stored.promise;
    }
    storing = false;
  }

  let wake = () => {};
  function settled(): Promise<void> {
    return new Promise((resolve) => (wake = resolve));
  }

  function nextGroups(): Group[] {
    let rows = 0;
    let count = 0;
    for (const { worked } of ready) {
      rows += worked.answers.reduce((sum, { batch }) => sum + batch.ends.length, 0);
      if (count > 0 && rows > groupRows) break;
      count++;
    }
    const groups = ready.slice(0, count);
    ready = ready.slice(count);
    return groups;
  }

  async function commit(groups: readonly Group[], stored: () => void): Promise<void> {
    try {
      await committer.commit(
        groups.map(({ worked }) => worked),
        stored,
      );
      for (const { jobs, worked } of groups) {
        const told = worked.answers.flatMap((answer) => answer.deliveries);
        jobs.forEach((job, at) => {
          const { rows, lost } = told[at]!;
          done(job);
          const errors = lost
            .slice(0, errorsTold)
            .map(({ index, offset, code, message }) => ({ index, offset, code, message }));
          job.settle.resolve({ accepted: rows, rejected: lost.length, errors });
        });
      }
    } catch (error) {
      const retryAfter = error instanceof Refusal ? Number(error.details["retryAfter"] ?? 2) : 2;
      const refusal = busy("The store of events cannot keep up.", retryAfter, error);
      for (const { jobs } of groups) fail(jobs, refusal);
    } finally {
      stored();
    }
  }

  function fail(jobs: readonly Job[], error: unknown): void {
    for (const job of jobs) {
      done(job);
      job.settle.reject(error);
    }
  }

  return {
    take,
    open: () => void (state = "open"),
    get held() {
      return held;
    },
    oldest() {
      let oldest: number = clock.now();
      for (const { startedAt } of all) oldest = Math.min(oldest, startedAt);
      return oldest;
    },
    async [Symbol.asyncDispose]() {
      state = "closing";
      if (all.size > 0) await new Promise<void>((resolve) => (drained = resolve));
    },
  };
}

function laneDelivery({ source, site, bytes, format, key, receivedAt, as, facts }: Delivery): LaneDelivery {
  return { source, site: site ?? "", bytes, format, key, receivedAt, as, facts, skip: [] };
}
