import { hash } from "node:crypto";
import { basename } from "node:path";
import { type ChangeDoor, systemActor } from "#access";
import { instant, type Id, makeId } from "#kernel";
import type { Reader } from "#platform";
import type { WatchTables } from "../tables.ts";
import { plainText } from "../core/plain-text.ts";
import { addRuleSet, changeRuleSet, removeRuleSet, ruleSetRows } from "./store.ts";

/** A rule set that the program or its settings name. */
export interface NamedSet {
  readonly kind: "own" | "folder";
  readonly name: string;
  readonly place: string;
}

export function namedSets(own: string, folders: readonly string[]): NamedSet[] {
  return [
    { kind: "own", name: "meridian", place: own },
    ...folders.map((place): NamedSet => ({ kind: "folder", name: plainText(basename(place)) || "folder", place })),
  ];
}

/**
 * Keeps rows of the sets that are named from outside: those that are new begin switched on, those that are gone go, unless
 * this process does not name `all`.
 */
export async function keepNamedSets(
  read: Reader<WatchTables>,
  change: ChangeDoor,
  named: readonly NamedSet[],
  all = true,
): Promise<void> {
  const wanted = new Map(named.map((set) => [idOf(set), set]));
  const differences = async (from: Reader<WatchTables>) => {
    const rows = await ruleSetRows(from);
    return {
      missing: [...wanted].filter(([id]) => !rows.some((row) => row.id === id)),
      gone: all ? rows.filter(({ kind, id }) => kind !== "git" && !wanted.has(id)) : [],
      moved: rows.filter(({ id, place }) => wanted.has(id) && wanted.get(id)!.place !== place),
    };
  };
  const seen = await differences(read);
  if (seen.missing.length + seen.gone.length + seen.moved.length === 0) return;
  await change(systemActor("start", ["rule-sets.note"]), "rule-sets.note", async ({ tx, at, audit }) => {
    // Another process that starts may have done it meanwhile.
    const { missing, gone, moved } = await differences(tx.tables<WatchTables>());
    for (const { id } of gone) await removeRuleSet(tx, id);
    // A program that moved has its own rules elsewhere; what people said of them stays.
    for (const { id } of moved) await changeRuleSet(tx, id, { place: wanted.get(id)!.place });
    for (const [id, { kind, name, place }] of missing) {
      const row = { id, kind, place, branch: null, pin: null, enabled: 1 as const, level: "informational" as const };
      const made = { made_at: at, made_by: "system:start" };
      // Two folders may have one name.
      for (let number = 1; ; number++)
        if (await addRuleSet(tx, { ...row, ...made, name: number === 1 ? name : `${name}-${number}` })) break;
    }
    audit("rule sets", { added: missing.length, gone: gone.length });
  });
}

function idOf({ kind, place }: NamedSet): Id<"rule-set"> {
  const digest = hash("sha256", kind === "own" ? "own" : place, "buffer");
  return makeId("rule-set", instant(0), digest.subarray(0, 10));
}
