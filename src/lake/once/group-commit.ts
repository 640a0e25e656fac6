import type { Clock } from "#platform";

/** Rows that go into one insert together or not at all. */
export interface Bundle {
  readonly pieces: readonly Uint8Array<ArrayBuffer>[];
  readonly rows: number;
  readonly bytes: number;
  /** Goes into an insert of its own. */
  readonly alone?: boolean;
}

export interface GroupCommitOptions {
  /** One insert. After a rejection its rows may be there or not. */
  readonly insert: (lines: Uint8Array<ArrayBuffer>) => Promise<void>;
  readonly clock: Clock;
  readonly limits: GroupLimits;
}

export interface GroupLimits {
  /** An insert takes no more than one bundle past either. */
  readonly rows: number;
  readonly bytes: number;
  /** Inserts on their way at once. */
  readonly atOnce: number;
  /** Milliseconds between the beginnings of two inserts that are smaller than `fullRows`: each leaves a part to merge. */
  readonly pause: number;
  readonly fullRows: number;
  /** Bytes that may wait, beside those on their way. */
  readonly waiting: number;
}

export const groupLimits: GroupLimits = {
  rows: 50_000,
  bytes: 64 * 1024 * 1024,
  atOnce: 1,
  pause: 100,
  fullRows: 10_000,
  waiting: 128 * 1024 * 1024,
};

interface Waiting extends Bundle {
  readonly settle: (error?: unknown) => void;
}

/**
 * Joins what is to be stored at the same time into one insert: what comes while inserts are on their way goes into the
 * next. An insert that fails fails for all of its bundles.
 */
export class GroupCommit {
  readonly #insert: GroupCommitOptions["insert"];
  readonly #clock: Clock;
  readonly #limits: GroupLimits;
  #queue: Waiting[] = [];
  #waitingBytes = 0;
  #onTheWay = 0;
  #nextSmall = 0;
  #sleeps = false;
  #pumps = false;

  constructor({ insert, clock, limits }: GroupCommitOptions) {
    this.#insert = insert;
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Whether more may be added now. One bundle, whatever its size, is always taken by a queue that is empty. */
  get isFull(): boolean {
    return this.#waitingBytes >= this.#limits.waiting;
  }

  /** Resolves once the bundle's rows are on disk. */
  add(bundle: Bundle): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const settle = (error?: unknown) => (error === undefined ? resolve() : reject(error as Error));
      this.#queue.push({ ...bundle, settle });
      this.#waitingBytes += bundle.bytes;
      if (this.isFull) this.#pump();
      else this.#pumpSoon();
    });
  }

  /** Once whoever adds has added all that it has: the first of its bundles would else leave alone. */
  #pumpSoon(): void {
    if (this.#pumps) return;
    this.#pumps = true;
    queueMicrotask(() => {
      this.#pumps = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#queue.length > 0 && this.#onTheWay < this.#limits.atOnce) {
      const rows = this.#queue.reduce((sum, bundle) => sum + bundle.rows, 0);
      const wait = this.#nextSmall - this.#clock.now();
      if (rows < this.#limits.fullRows && wait > 0 && wait <= this.#limits.pause) return this.#pumpLater(wait);
      this.#nextSmall = this.#clock.now() + this.#limits.pause;
      void this.#send(this.#next());
    }
  }

  #pumpLater(milliseconds: number): void {
    if (this.#sleeps) return;
    this.#sleeps = true;
    void this.#wakeAfter(milliseconds);
  }

  async #wakeAfter(milliseconds: number): Promise<void> {
    await this.#clock.sleep(milliseconds);
    this.#sleeps = false;
    this.#pump();
  }

  #next(): Waiting[] {
    const group: Waiting[] = [];
    let rows = 0;
    let bytes = 0;
    for (const bundle of this.#queue) {
      if (
        group.length > 0 &&
        (bundle.alone || group[0]?.alone || rows >= this.#limits.rows || bytes + bundle.bytes > this.#limits.bytes)
      )
        break;
      group.push(bundle);
      rows += bundle.rows;
      bytes += bundle.bytes;
    }
    this.#queue = this.#queue.slice(group.length);
    this.#waitingBytes -= bytes;
    return group;
  }

  /** Never rejects: each bundle is told for itself. */
  async #send(group: readonly Waiting[]): Promise<void> {
    this.#onTheWay += 1;
    let failed: unknown;
    try {
      await this.#insert(joined(group));
    } catch (error) {
      failed = error ?? new Error("an insert failed without a reason");
    }
    for (const { settle } of group) settle(failed);
    this.#onTheWay -= 1;
    this.#pump();
  }
}

function joined(group: readonly Bundle[]): Uint8Array<ArrayBuffer> {
  const pieces = group.flatMap((bundle) => bundle.pieces);
  const [only] = pieces;
  if (only && pieces.length === 1) return only;
  const all = Buffer.allocUnsafeSlow(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return new Uint8Array(all.buffer);
}
