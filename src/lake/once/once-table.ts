import type { Clock, Events } from "#platform";
import type { LakeBatch, Stored, StoreOptions } from "../contract.ts";
import { uidOf, wantedRows } from "../core/cut-rows.ts";
import { RecentUids, type RecentUidsOptions } from "../core/recent-uids.ts";
import { refuse } from "../refusals.ts";
import type { OthersInserts } from "./others-inserts.ts";
import { GroupCommit, groupLimits, type GroupLimits } from "./group-commit.ts";
import { retryLater } from "./retry-later.ts";

export interface OnceTableOptions {
  readonly events: Pick<Events, "insertLines" | "query" | "stream">;
  readonly clock: Clock;
  readonly table: string;
  /** The column of the uids. */
  readonly id: string;
  readonly recent?: RecentUidsOptions;
  readonly limits?: Partial<GroupLimits>;
  /** How far back the table is asked, by `received`; and, at the start, from when uids are remembered again. */
  readonly horizon?: number;
  readonly rememberedAtStart?: number;
  /** Where other processes store into the table as well; see `OthersInserts`. */
  readonly others?: OthersInserts | undefined;
}

/** 192 MiB at most; the newest 20 million uids, 13 minutes of 25,000 events a second, days of a hundred. */
const usual: RecentUidsOptions = { slots: 2 ** 23, generations: 6 };
const day = 86_400_000;
/** How long a sender may take to come again to another process. Milliseconds. */
const comesAgainWithin = 3_600_000;

/**
 * A table in which each uid stands once, whoever sends it how often, as far back as uids are remembered. What was not
 * seen is inserted without a question; what seems to have been seen is asked of the table, once all that is on its way has
 * settled. A failed insert's uids stay remembered, so that the next try asks. Where other processes store too, a sender may
 * come again to one that has never seen it: there every batch is asked for, once the inserts of others that have begun are
 * done. What two processes take at the very same moment neither can know of; it would stand twice.
 */
export class OnceTable {
  readonly #options: OnceTableOptions;
  readonly #recent: RecentUids;
  readonly #group: GroupCommit;
  /** Batches that were admitted and have not settled; none rejects. */
  readonly #going = new Set<Promise<unknown>>();

  constructor(options: OnceTableOptions) {
    this.#options = options;
    const { events, clock, table, recent = usual, limits } = options;
    this.#recent = new RecentUids(recent);
    this.#group = new GroupCommit({
      insert: (lines) => events.insertLines(table, lines),
      clock,
      limits: { ...groupLimits, ...limits },
    });
  }

  /** Remembers again what was stored last: the newest rows, of the last hour at most. */
  async remember(signal?: AbortSignal): Promise<number> {
    const { events, clock, table, id, rememberedAtStart = 4_000_000 } = this.#options;
    // A thousand uids to a row, since reading a row costs more than reading its bytes.
    const sql = `select arrayStringConcat(groupArray(uid)) as uids from (
        select ${id} as uid, row_number() over () as number from (
          select ${id} from ${table} where received >= fromUnixTimestamp64Milli({since:Int64})
          order by received desc limit {most:UInt64}))
      group by intDiv(number, 1000)`;
    let count = 0;
    for await (const rows of events.stream<{ uids: string }>(sql, {
      parameters: { since: clock.now() - 3_600_000, most: rememberedAtStart },
      limits: { seconds: 120, rowsRead: 0 },
      ...(signal && { signal }),
    }))
      for (const { uids } of rows) {
        const bytes = Buffer.from(uids, "hex");
        const view = viewOf(bytes);
        for (let at = 0; at < bytes.length; at += 16) this.#recent.add(view, at);
        count += bytes.length / 16;
      }
    return count;
  }

  /** See `LakeStore.store`. */
  async store(batch: LakeBatch, { signal }: StoreOptions = {}): Promise<Stored> {
    signal?.throwIfAborted();
    if (batch.ends.length === 0) return { fresh: new Uint8Array() };
    if (this.#group.isFull) throw refuse("busy", { retryAfter: 5 });
    const work = this.#admit(batch);
    const settled = work.catch(() => undefined);
    this.#going.add(settled);
    void settled.then(() => this.#going.delete(settled));
    return orAbort(work, signal);
  }

  async #admit(batch: LakeBatch): Promise<Stored> {
    const count = batch.ends.length;
    const fresh = new Uint8Array(count).fill(1);
    const maybe: number[] = [];
    const view = viewOf(batch.uids);
    // All of this before the first await: whoever comes next finds this batch among those on their way.
    for (let row = 0; row < count; row += 1) if (this.#recent.add(view, row * 16)) maybe.push(row);
    const before = [...this.#going];
    try {
      const { others } = this.#options;
      if (maybe.length > 0 || others) await Promise.all(before);
      if (others) {
        await others.settled();
        await this.#ask(batch, [...fresh.keys()], fresh, maybe.length > 0 ? undefined : comesAgainWithin);
      } else if (maybe.length > 0) await this.#ask(batch, maybe, fresh);
      await this.#insert(batch, fresh);
    } catch (error) {
      throw retryLater(error);
    }
    return { fresh };
  }

  /** Marks as 0 what is in the table, and all but the first of equal rows. */
  async #ask(batch: LakeBatch, rows: readonly number[], fresh: Uint8Array, within?: number): Promise<void> {
    const uids = rows.map((row) => uidOf(batch.uids, row));
    const there = await this.#there(uids, within);
    const doubted = new Set(rows);
    const first = new Set<string>();
    for (let row = 0; row < batch.ends.length; row += 1) {
      const uid = uidOf(batch.uids, row);
      if ((doubted.has(row) && there.has(uid)) || first.has(uid)) fresh[row] = 0;
      first.add(uid);
    }
  }

  /** In portions, so that a question's text stays short of what a server takes. */
  async #there(uids: readonly string[], within?: number): Promise<Set<string>> {
    const { events, clock, table, id, horizon = 7 * day } = this.#options;
    const since = clock.now() - (within ?? horizon);
    const there = new Set<string>();
    const distinct = [...new Set(uids)];
    for (let at = 0; at < distinct.length; at += portion) {
      const found = await events.query<{ uid: string }>(
        `select ${id} as uid from ${table}
         where ${id} in {uids:Array(String)} and received >= fromUnixTimestamp64Milli({since:Int64})`,
        {
          parameters: { uids: distinct.slice(at, at + portion), since },
          limits: { rowsRead: 0, seconds: 60 },
          ahead: true,
        },
      );
      for (const { uid } of found) there.add(uid);
    }
    return there;
  }

  async #insert(batch: LakeBatch, fresh: Uint8Array): Promise<void> {
    const pieces = wantedRows(batch, fresh);
    if (pieces.length === 0) return;
    const rows = fresh.reduce((sum, one) => sum + one, 0);
    const bundle = { pieces, rows, bytes: pieces.reduce((sum, piece) => sum + piece.length, 0) };
    const failure = await this.#group.add(bundle).then(
      () => undefined,
      (error: unknown) => error ?? new Error("no reason"),
    );
    if (failure === undefined) return;
    if (retryLater(failure) !== failure) throw failure;
    // What is wrong may be another bundle's row: once more, alone, without what is there after all.
    await this.#ask(batch, [...fresh.keys()], fresh);
    const left = wantedRows(batch, fresh);
    if (left.length > 0) await this.#group.add({ ...bundle, pieces: left, alone: true });
  }
}

/** Uids in one question. */
const portion = 2000;

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The work goes on: rows that an insert has begun to write are there for whoever asks next. */
async function orAbort<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (!signal) return work;
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason as Error);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
