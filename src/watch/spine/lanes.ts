import type { ReadingLimits } from "#ingest";
import { createPool, type Pool, type WorkerCrash } from "#platform";
import type { SharedIndicators } from "../indicators/indicator-index.ts";
import {
  type LaneAnswer,
  type LaneDelivery,
  type LaneSetup,
  type LaneTask,
  place,
  type SharedExceptions,
} from "./lane-protocol.ts";

export interface LanesOptions {
  readonly ruleSet: SharedArrayBuffer;
  readonly size: number;
  readonly limits: Partial<ReadingLimits>;
  /** The thread's module; another one in tests. */
  readonly module?: URL;
  readonly onCrash: (error: WorkerCrash) => void;
}

/** What may change between two tasks of the same lanes. */
export interface LaneBooks {
  readonly exceptions: SharedExceptions | undefined;
  readonly indicators?: SharedIndicators | undefined;
  readonly signIns?: boolean | undefined;
}

/** Threads with the rules of one generation. */
export interface Lanes extends AsyncDisposable {
  readonly size: number;
  /** Resolves once every lane has compiled its rules; rejects when one cannot. */
  ready(): Promise<void>;
  /**
   * Works on deliveries together. Whatever they hold, they come back: a record that ends lanes again and again is set
   * aside as a dead letter, or its whole delivery where it cannot be told which. Rejects with a `LanesDown` when lanes
   * do not even begin.
   */
  run(deliveries: readonly LaneDelivery[], books: LaneBooks): Promise<LaneAnswer[]>;
}

export class LanesDown extends Error {
  override readonly name = "LanesDown";
}

/** MiB, for a lane: the public corpus takes a third of it. A hostile record is to end its lane, not the process. */
const heap = 1024;
/** How often one delivery may end lanes before all of it is set aside. */
const mostCrashes = 6;

const module = new URL("./lane-worker.ts", import.meta.url);

export function createLanes(options: LanesOptions): Lanes {
  const { size, ruleSet, limits } = options;
  const makePool = (): Pool<LaneTask, LaneAnswer> =>
    createPool({
      module: options.module ?? module,
      size,
      queue: 1_000,
      heapMegabytes: heap,
      workerData: { ruleSet, limits } satisfies LaneSetup,
      onCrash: options.onCrash,
    });
  let pool = makePool();
  let closing = false;

  async function attempt(
    deliveries: readonly LaneDelivery[],
    books: LaneBooks,
  ): Promise<{ answer: LaneAnswer } | { ended: WorkerCrash | Error; at: Int32Array }> {
    const shared = new SharedArrayBuffer(place.bytes);
    const used = pool;
    try {
      // The bytes are copied: whoever crashes must not take them along.
      return { answer: await used.run({ deliveries, ...books, place: shared }) };
    } catch (error) {
      const at = new Int32Array(shared);
      if (at[place.begun] === 0) {
        // A pool whose lanes cannot start has given up for ever; the next delivery gets a new one.
        if (pool === used && !closing) {
          pool = makePool();
          void used[Symbol.asyncDispose]();
        }
        throw new LanesDown("no lane began with the delivery", { cause: error });
      }
      return { ended: error as Error, at };
    }
  }

  async function alone(delivery: LaneDelivery, books: LaneBooks): Promise<LaneAnswer> {
    const skip = new Set(delivery.skip);
    let suspect: number | undefined;
    for (let crashes = 0; crashes < mostCrashes; crashes++) {
      const tried = await attempt([{ ...delivery, skip: [...skip] }], books);
      if ("answer" in tried) return tried.answer;
      // While bytes are read nobody knows of which record they are: one more try, then all of it is set aside.
      const record = tried.at[place.atRecord] === 1 ? tried.at[place.record]! : -1;
      if (record === suspect && record < 0) break;
      if (record === suspect) skip.add(record);
      suspect = record;
    }
    return setAside(delivery);
  }

  return {
    size,
    async ready() {
      const shared = () => new SharedArrayBuffer(place.bytes);
      await Promise.all(
        Array.from({ length: size }, () => pool.run({ deliveries: [], exceptions: undefined, place: shared() })),
      );
    },
    async run(deliveries, books) {
      if (deliveries.length > 1) {
        const tried = await attempt(deliveries, books);
        if ("answer" in tried) return [tried.answer];
      }
      const answers: LaneAnswer[] = [];
      for (const delivery of deliveries) answers.push(await alone(delivery, books));
      return answers;
    },
    async [Symbol.asyncDispose]() {
      closing = true;
      await pool[Symbol.asyncDispose]();
    },
  };
}

function setAside({ bytes, format }: LaneDelivery): LaneAnswer {
  const batch = {
    rows: new Uint8Array(0),
    ends: new Uint32Array(0),
    uids: new Uint8Array(0),
    times: new Float64Array(0),
  };
  const message = "reading it ended the thread that did, more than once; all of the delivery was set aside";
  const lost = [
    { index: 0, offset: 0, length: bytes.length, code: "ends-a-lane", message, format: format ?? "unknown" },
  ];
  return { batch, deliveries: [{ rows: 0, lost, found: [] }], cpu: 0 };
}
