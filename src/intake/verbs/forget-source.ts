import type { Change } from "#access";
import { refuse } from "../refusals.ts";
import { dropSource, sourceByName } from "../store.ts";
import type { IntakeTables } from "../tables.ts";

/**
 * Forgets what is said of a source; its events stay. Whoever still holds a token of it makes it anew by sending: revoke
 * the token first. Throws the refusal `intake/no-such-source`.
 */
export async function forgetSource(change: Change, name: string): Promise<void> {
  if (!(await sourceByName(change.tx.tables<IntakeTables>(), name))) throw refuse("no-such-source", { source: name });
  await dropSource(change.tx, name);
  change.announce("source.forgotten", { source: name });
  change.audit(`source:${name}`);
}
