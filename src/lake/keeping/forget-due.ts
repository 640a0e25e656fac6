import { systemActor } from "#access";
import { allOf, not } from "../core/condition.ts";
import { dueCondition, earliestDue } from "../core/due.ts";
import { heldCondition } from "../core/held.ts";
import { type KeptTable, keptTables } from "../tables.ts";
import { countRows, deleteRows, dropPartition, partitionsOf } from "./delete-rows.ts";
import type { KeepingParts } from "./keeping-parts.ts";
import { holds, retentionRules } from "./keeping-store.ts";

export interface Forgotten {
  readonly table: KeptTable;
  readonly partition: string;
  readonly rows: number;
  /** Due, and kept as a hold says so. */
  readonly held: number;
  /** All of the partition at once, which costs nothing. */
  readonly dropped: boolean;
}

const actor = systemActor("retention", ["retention.forget"]);

/**
 * Forgets what has been kept for as long as it should and is not held: partition by partition, whole ones dropped, of
 * others the rows deleted. Each partition that loses rows has an audit entry. What it has forgotten stays forgotten when
 * it is aborted; the next run goes on.
 */
export async function forgetDue(parts: KeepingParts, signal: AbortSignal): Promise<Forgotten[]> {
  const forgotten: Forgotten[] = [];
  const now = parts.clock.now();
  const all = await retentionRules(parts.read);
  for (const table of keptTables) {
    const rules = all.filter((rule) => rule.of === table);
    const before = earliestDue(rules, now);
    if (before === undefined) continue;
    const due = dueCondition(table, rules, now);
    const newest = new Date(before).toISOString().slice(0, 10).replaceAll("-", "");
    for (const { id, rows } of await partitionsOf(parts, table)) {
      // A partition's number is its day, or its month's first.
      if (id > newest) continue;
      signal.throwIfAborted();
      const done = await parts.turn.take(async (): Promise<Forgotten | undefined> => {
        const held = heldCondition(table, await holds(parts.read));
        const counts = await countRows(parts, table, { due, held: allOf([due, held]) }, id);
        const going = (counts["due"] ?? 0) - (counts["held"] ?? 0);
        if (going === 0) return undefined;
        const dropped = going === counts["rows"] && going === rows;
        if (dropped) await dropPartition(parts, table, id);
        else await deleteRows(parts, table, allOf([due, not(held)]), id);
        return { table, partition: id, rows: going, held: counts["held"] ?? 0, dropped };
      });
      if (!done) continue;
      forgotten.push(done);
      await parts.change(actor, "retention.forget", async ({ audit }) => audit(`${table}/${id}`, { ...done }));
    }
  }
  return forgotten;
}
