import type { AuditRow } from "#access";
import type { Tx } from "#platform";
import { record } from "./record.ts";

/**
 * What this ledger does by itself: each round would be an entry, which would need a round. What they did is in the log's
 * own checkpoints and cosignatures, and in the audit trail.
 */
const ownRounds: ReadonlySet<string> = new Set(["ledger.sequence", "ledger.cosign", "ledger.thin"]);

/** Puts an audit entry in the ledger, done or refused. Its details may name people, so the log gets a seal of them. */
export async function keepAudit(tx: Tx, entry: AuditRow): Promise<void> {
  const { at, actor, action, outcome, subject, details, request } = entry;
  if (ownRounds.has(action) && outcome === "done") return;
  await record(tx, {
    kind: "audit",
    subject: subject ?? action,
    at,
    body: { actor, action, outcome, ...(request === undefined ? {} : { request }) },
    ...(Object.keys(details).length === 0 ? {} : { sealed: { details } }),
  });
}
