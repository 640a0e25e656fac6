import type { Change } from "#access";
import { refuse } from "../refusals.ts";
import type { SourceWish } from "../source-schema.ts";
import { keepSource, sourceByName } from "../store.ts";
import type { IntakeTables } from "../tables.ts";

/** Makes a source. Throws the refusal `intake/source-exists`. */
export async function makeSource(change: Change, name: string, wish: SourceWish): Promise<void> {
  if (await sourceByName(change.tx.tables<IntakeTables>(), name)) throw refuse("source-exists", { source: name });
  const by = change.actor.id ?? "";
  await keepSource(change.tx, { ...wish, name, madeAt: change.at, madeBy: by, changedAt: change.at, changedBy: by });
  change.announce("source.made", { source: name });
  change.audit(`source:${name}`, { ...wish });
}
