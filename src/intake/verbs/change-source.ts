import type { Change } from "#access";
import { refuse } from "../refusals.ts";
import type { SourceWish } from "../source-schema.ts";
import { keepSource, sourceByName } from "../store.ts";
import type { IntakeTables } from "../tables.ts";

/** Replaces what people say of a source. Throws the refusal `intake/no-such-source`. */
export async function changeSource(change: Change, name: string, wish: SourceWish): Promise<void> {
  const before = await sourceByName(change.tx.tables<IntakeTables>(), name);
  if (!before) throw refuse("no-such-source", { source: name });
  const { madeAt, madeBy } = before;
  await keepSource(change.tx, {
    ...wish,
    name,
    madeAt,
    madeBy,
    changedAt: change.at,
    changedBy: change.actor.id ?? "",
  });
  change.announce("source.changed", { source: name });
  change.audit(`source:${name}`, { ...wish });
}
