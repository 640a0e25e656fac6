import type { Actor, ChangeDoor } from "#access";
import { createPool, WorkerCrash } from "#platform";
import type { Indicator } from "./indicator.ts";
import type { ReadTask, ReadUpload } from "./read-protocol.ts";
import { refuse } from "../refusals.ts";
import { addIndicators, changeList, type ListRow, removeOthers } from "./store.ts";

export interface UploadWish extends ReadTask {
  readonly list: ListRow;
  /** `replace`: what is not in it goes. */
  readonly mode: "add" | "replace";
  /** Of this upload alone. */
  readonly upload: string;
}

export interface Taken {
  readonly taken: number;
  readonly removed: number;
  readonly notTaken: Extract<ReadUpload, { ok: true }>["notTaken"];
  readonly notTakenCount: number;
  readonly columns?: Readonly<Record<string, string>>;
}

const module = new URL("./read-worker.ts", import.meta.url);
/** MiB, for the thread that reads an upload: what a hostile one needs is to end it, not the process. */
const heap = 1024;

/**
 * Reads an upload in a thread of its own and keeps it in parts, so that alerts are raised in between. Cut off in the
 * midst, what was kept stays and nothing is removed; the same upload again completes it. Throws `watch/bad-list`.
 */
export async function takeUpload(
  change: ChangeDoor,
  asked: { readonly caller: Actor; readonly signal: AbortSignal; readonly requestId: string },
  { list, mode, upload, ...task }: UploadWish,
): Promise<Taken> {
  const read = await readUpload(task, asked.signal);
  if (!read.ok) throw refuse("bad-list", { why: read.why });
  // To replace a list by one of which nothing was understood would switch it off unsaid.
  if (mode === "replace" && read.count === 0) throw refuse("bad-list", { why: "Nothing of it is an indicator." });
  for (const part of read.parts) {
    asked.signal.throwIfAborted();
    const some = JSON.parse(part) as readonly Indicator[];
    await change(
      asked.caller,
      "indicators.manage",
      async ({ tx, at, actor, audit }) => {
        await addIndicators(tx, some, { list, upload, at, by: actor.id ?? "" });
        audit(list.id, { list: list.name, upload, added: some.length });
      },
      asked,
    );
  }
  const removed = await change(
    asked.caller,
    "indicators.manage",
    async ({ tx, at, audit, announce, actor }) => {
      const gone = mode === "replace" ? await removeOthers(tx, list.id, upload) : 0;
      if (!(await changeList(tx, list.id, at))) throw refuse("no-such-indicator-list");
      announce("indicator-list.filled", { list: list.id, name: list.name, taken: read.count, by: actor.id });
      audit(list.id, { list: list.name, upload, mode, taken: read.count, notTaken: read.notTakenCount, removed: gone });
      return gone;
    },
    asked,
  );
  const { notTaken, notTakenCount, columns } = read;
  return { taken: read.count, removed, notTaken, notTakenCount, ...(columns && { columns }) };
}

async function readUpload(task: ReadTask, signal: AbortSignal): Promise<ReadUpload> {
  await using pool = createPool<ReadTask, ReadUpload>({ module, size: 1, heapMegabytes: heap });
  try {
    return await pool.run(task, { signal });
  } catch (error) {
    if (error instanceof WorkerCrash) return { ok: false, why: "Reading it takes more memory than there is for it." };
    throw error;
  }
}
