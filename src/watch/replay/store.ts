import type { Insertable, Selectable } from "kysely";
import type { Id, Instant } from "#kernel";
import type { Reader, Tx } from "#platform";
import type { WatchTables } from "../tables.ts";

type Read = Reader<WatchTables>;
export type ReplayRow = Selectable<WatchTables["watch_replays"]>;
/** Without its result, which may be long. */
export type ReplayHead = Omit<ReplayRow, "result">;

const head = [
  "id",
  "purpose",
  "rule",
  "title",
  "from_at",
  "to_at",
  "exact",
  "state",
  "why",
  "made_at",
  "made_by",
  "ended_at",
] as const;

/** Newest first. */
export function replayHeads(read: Read, limit: number): Promise<ReplayHead[]> {
  return read
    .selectFrom("watch_replays")
    .select(head)
    .orderBy("made_at", "desc")
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
}

export async function replayRow(read: Read, id: Id<"replay">): Promise<ReplayRow | undefined> {
  return read.selectFrom("watch_replays").selectAll().where("id", "=", id).executeTakeFirst();
}

// Writing: only inside of `change`, which alone has a Tx.

export async function addReplay(tx: Tx, row: Insertable<WatchTables["watch_replays"]>): Promise<void> {
  await tx.tables<WatchTables>().insertInto("watch_replays").values(row).execute();
}

export async function endReplay(
  tx: Tx,
  id: Id<"replay">,
  end: Pick<ReplayRow, "state" | "why" | "result"> & { readonly ended_at: Instant },
): Promise<void> {
  await tx.tables<WatchTables>().updateTable("watch_replays").set(end).where("id", "=", id).execute();
}

/** Those that a process before left running. */
export async function endLost(tx: Tx, at: Instant): Promise<number> {
  const lost = await tx
    .tables<WatchTables>()
    .updateTable("watch_replays")
    .set({ state: "failed", why: "Meridian ended while it ran; begin it again.", ended_at: at })
    .where("state", "=", "running")
    .returning("id")
    .execute();
  return lost.length;
}

/** All but the newest. */
export async function forgetReplays(tx: Tx, kept: number): Promise<void> {
  const db = tx.tables<WatchTables>();
  const last = await db
    .selectFrom("watch_replays")
    .select(["made_at", "id"])
    .orderBy("made_at", "desc")
    .orderBy("id", "desc")
    .offset(kept)
    .limit(1)
    .executeTakeFirst();
  if (!last) return;
  await db.deleteFrom("watch_replays").where("made_at", "<=", last.made_at).where("state", "!=", "running").execute();
}
