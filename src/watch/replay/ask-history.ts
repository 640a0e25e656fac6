import type { EventFilter, EventsReading, KindCount, StoredRow, TimeSpan } from "#lake";
import { createPool, type Pool } from "#platform";
import { refuse } from "../refusals.ts";
import type { FoundMatch, SharedExceptions } from "../spine/lane-protocol.ts";
import type { ReplayAnswer, ReplayPlan, ReplaySetup, ReplayTask } from "./replay-protocol.ts";

/** Rules with a thread of their own, ready to be asked of stored events. */
export interface HistoryAsker extends AsyncDisposable {
  readonly plan: ReplayPlan;
  readonly kinds: readonly KindCount[];
  /** What holds among the candidates of a time, in pieces; memory holds one piece of events while the next is read. */
  ask(
    span: TimeSpan,
    filter: EventFilter,
    options: { readonly ordered: boolean; readonly lean: boolean },
  ): AsyncGenerator<AskedPiece, void, undefined>;
  /** Processor time of the thread so far, in milliseconds. */
  readonly cpu: number;
}

export interface AskedPiece {
  readonly rows: readonly StoredRow[];
  /** `row` is the place in `rows`. */
  readonly found: readonly FoundMatch[];
  readonly unreadable: number;
}

export interface HistoryOptions {
  readonly lake: EventsReading;
  readonly setup: ReplaySetup;
  readonly span: TimeSpan;
  readonly exceptions: () => SharedExceptions | undefined;
  readonly signal: AbortSignal;
}

const module = new URL("./replay-worker.ts", import.meta.url);
/** Events that go to the thread in one piece, by number and by length. */
const pieceRows = 1_000;
const pieceCharacters = 4 * 1024 * 1024;
/** MiB; a rule that takes more is to end its thread, not the process. */
const heap = 1_024;

/** Throws the refusal `watch/bad-rule` where the rules cannot be asked. */
export async function askHistory({ lake, setup, span, exceptions, signal }: HistoryOptions): Promise<HistoryAsker> {
  await using opening = new AsyncDisposableStack();
  const pool = opening.use(
    createPool<ReplayTask, ReplayAnswer>({ module, size: 1, workerData: setup, heapMegabytes: heap, signal }),
  );
  const kinds = await lake.kinds(span, signal);
  const planned = await pool.run({ do: "plan", kinds: kinds.map(({ kind }) => kind) });
  if (planned.is === "refused") throw refuse("bad-rule", { why: planned.why });
  if (planned.is !== "plan") throw new Error("a plan was asked for");
  let cpu = 0;

  async function* ask(
    of: TimeSpan,
    filter: EventFilter,
    { ordered, lean }: { readonly ordered: boolean; readonly lean: boolean },
  ): AsyncGenerator<AskedPiece, void, undefined> {
    const answer = async (rows: readonly StoredRow[]): Promise<AskedPiece> => {
      const answered = await run(pool, { do: "ask", rows, exceptions: exceptions(), lean });
      cpu += answered.cpu / 1_000;
      return { rows, found: answered.found, unreadable: answered.unreadable };
    };
    let asked: Promise<AskedPiece> | undefined;
    try {
      for await (const rows of pieces(lake.candidates(of, filter, { ordered, signal }))) {
        const before = asked;
        asked = answer(rows);
        asked.catch(() => undefined);
        if (before) yield await before;
      }
      if (asked) yield await asked;
    } finally {
      await asked?.catch(() => undefined);
    }
  }

  const opened = opening.move();
  return {
    plan: planned.plan,
    kinds,
    ask,
    get cpu() {
      return cpu;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function run(pool: Pool<ReplayTask, ReplayAnswer>, task: ReplayTask) {
  const answered = await pool.run(task);
  if (answered.is !== "found") throw new Error("findings were asked for");
  return answered;
}

async function* pieces(
  all: AsyncIterable<readonly StoredRow[]>,
): AsyncGenerator<readonly StoredRow[], void, undefined> {
  let piece: StoredRow[] = [];
  let characters = 0;
  for await (const rows of all)
    for (const row of rows) {
      piece.push(row);
      characters += row.raw.length;
      if (piece.length < pieceRows && characters < pieceCharacters) continue;
      yield piece;
      piece = [];
      characters = 0;
    }
  if (piece.length > 0) yield piece;
}
