import type { ValuesReading } from "#lake";
import type { Clock, Reader } from "#platform";
import type { Log } from "#telemetry";
import type { MuteBook } from "../exceptions/mute-book.ts";
import type { FindingDraft } from "../spine/finding-rows.ts";
import type { WatchTables } from "../tables.ts";
import { hunt } from "./hunt.ts";
import { IndexBuilder } from "./index-builder.ts";
import { factsOf } from "./indicator-book.ts";
import { openIndex } from "./indicator-index.ts";
import { indicatorOf, indicatorRows, type ListRow } from "./store.ts";

/** A look through history, as this process remembers it. */
export interface Hunt {
  readonly id: string;
  readonly list: string;
  readonly from: number;
  readonly to: number;
  readonly by: string;
  readonly startedAt: number;
  state: "waiting" | "running" | "done" | "failed";
  why: string;
  /** Up to where events have been looked through. */
  upTo: number;
  /** Events that hold an indicator, found before or not. */
  found: number;
  endedAt?: number;
}

export interface Hunts extends AsyncDisposable {
  /** Newest first. */
  readonly all: readonly Hunt[];
  /** Puts it in the queue: one runs at a time. Without times it is all of history. */
  begin(wish: {
    id: string;
    list: ListRow;
    from?: number | undefined;
    to?: number | undefined;
    by: string;
  }): Promise<Hunt>;
}

export interface HuntsOptions {
  readonly read: Reader<WatchTables>;
  readonly lake: ValuesReading;
  readonly muting: Pick<MuteBook, "shared" | "suppressed">;
  readonly raise: (drafts: readonly FindingDraft[]) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

const remembered = 100;
const page = 5_000;

export function createHunts({ read, lake, muting, raise, clock, log }: HuntsOptions): Hunts {
  const stop = new AbortController();
  const { signal } = stop;
  const all: Hunt[] = [];
  let running: Promise<void> = Promise.resolve();

  async function run(one: Hunt, list: ListRow): Promise<void> {
    if (signal.aborted) return;
    one.state = "running";
    try {
      const builder = new IndexBuilder();
      builder.addList(factsOf(list));
      for (let after: string | undefined; ;) {
        const rows = await indicatorRows(read, list.id, { after, limit: page });
        // What is known now is looked for in what was then: from when on it holds says nothing here.
        for (const row of rows)
          builder.add(0, {
            ...indicatorOf({ ...row, valid_from: null }),
            confidence: row.confidence ?? list.confidence,
          });
        after = rows.at(-1)?.id;
        if (rows.length < page) break;
      }
      await hunt({
        lake,
        index: openIndex(builder.finish(1, 0)),
        at: clock.now(),
        from: one.from,
        to: one.to,
        exceptions: muting.shared,
        suppressed: muting.suppressed,
        raise,
        onProgress: (upTo, found) => void Object.assign(one, { upTo, found }),
        signal,
      });
      one.state = "done";
    } catch (error) {
      one.state = "failed";
      one.why = signal.aborted ? "Meridian stopped; begin it again." : "The store could not answer; the log says why.";
      if (!signal.aborted) log.error("a hunt failed", { list: list.name, error });
    }
    one.endedAt = clock.now();
  }

  return {
    get all() {
      return all.toReversed();
    },
    async begin({ id, list, from, to, by }) {
      const reach = await lake.reach(signal);
      const now = clock.now();
      const start = Math.max(from ?? 0, reach?.from ?? now);
      const end = Math.min(to ?? Infinity, reach?.to ?? now);
      const one: Hunt = {
        id,
        list: list.name,
        from: start,
        to: Math.max(start, end),
        by,
        startedAt: now,
        state: "waiting",
        why: "",
        upTo: start,
        found: 0,
      };
      all.push(one);
      if (all.length > remembered) all.shift();
      running = running.then(() => run(one, list));
      return one;
    },
    async [Symbol.asyncDispose]() {
      stop.abort(new Error("Meridian is stopping"));
      await running;
    },
  };
}
