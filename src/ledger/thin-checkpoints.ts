import { type ChangeDoor, systemActor } from "#access";
import { instant } from "#kernel";
import type { Clock } from "#platform";
import * as store from "./store.ts";

/** How long checkpoints that nobody cosigned are kept; then one for each day. Milliseconds. */
const plainKept = 7 * 86_400_000;
const day = 86_400_000;

/** Forgets plain checkpoints past their time, all but the last of each day. */
export async function thinCheckpoints(read: store.Read, change: ChangeDoor, clock: Clock): Promise<void> {
  const rows = await store.plainCheckpoints(read, instant(clock.now() - plainKept));
  const lastOfDay = new Map(rows.map(({ size, at }) => [Math.floor(at / day), size]));
  const kept = new Set(lastOfDay.values());
  const latest = await store.latestCheckpoint(read);
  const old = rows.map(({ size }) => size).filter((size) => !kept.has(size) && size !== latest?.size);
  if (old.length === 0) return;
  await change(systemActor("ledger", ["ledger.thin"]), "ledger.thin", async ({ tx, audit }) => {
    await store.removeCheckpoints(tx, old);
    audit("ledger", { count: old.length });
  });
}
