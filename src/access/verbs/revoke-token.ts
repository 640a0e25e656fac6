import type { Id } from "#kernel";
import type { Change } from "../change.ts";
import { refuse } from "../refusals.ts";
import { revokeToken as revoke } from "../store.ts";

/** Makes a token useless. Refused where there is no such token, or it was revoked before. */
export async function revokeToken(change: Change, id: Id<"token">): Promise<void> {
  if (!(await revoke(change.tx, id, change.at))) throw refuse("no-such-token");
  change.announce("token.revoked", { token: id });
  change.audit(id);
}
