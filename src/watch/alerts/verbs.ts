import type { Change } from "#access";
import type { Id } from "#kernel";
import { refuse } from "../refusals.ts";
import type { Verdict, WatchTables } from "../tables.ts";
import { alertsOf, type AlertRow, changeAlert } from "./store.ts";

/** Somebody looks after it. Twice is no mistake: two people may see an alert at the same time. */
export async function acknowledgeAlert(change: Change, id: Id<"alert">): Promise<void> {
  const alert = await alertIn(change, id);
  if (alert.state === "closed") throw refuse("alert-closed");
  if (alert.state === "open") {
    await changeAlert(change.tx, id, {
      state: "acknowledged",
      acknowledged_at: change.at,
      acknowledged_by: change.actor.id ?? "",
    });
    change.announce("alert.acknowledged", { alert: id, by: change.actor.id });
  }
  change.audit(id);
}

export async function closeAlert(
  change: Change,
  id: Id<"alert">,
  { verdict, reason }: { readonly verdict: Verdict; readonly reason: string },
): Promise<void> {
  const alert = await alertIn(change, id);
  if (alert.state === "closed") throw refuse("alert-closed");
  const by = change.actor.id ?? "";
  await changeAlert(change.tx, id, { state: "closed", verdict, reason, closed_at: change.at, closed_by: by });
  change.announce("alert.closed", { alert: id, rule: alert.rule, entity: alert.entity, verdict, reason, by });
  change.audit(id, { verdict, reason });
}

export async function reopenAlert(change: Change, id: Id<"alert">): Promise<void> {
  const alert = await alertIn(change, id);
  if (alert.state !== "closed") throw refuse("alert-open");
  await changeAlert(change.tx, id, { state: "open", verdict: null, reason: "", closed_at: null, closed_by: null });
  change.announce("alert.reopened", { alert: id, rule: alert.rule, entity: alert.entity, by: change.actor.id });
  change.audit(id, { verdict: alert.verdict, reason: alert.reason });
}

export async function assignAlert(change: Change, id: Id<"alert">, assignee: string | null): Promise<void> {
  const alert = await alertIn(change, id);
  if (alert.assignee !== assignee) {
    await changeAlert(change.tx, id, { assignee });
    change.announce("alert.assigned", { alert: id, assignee, by: change.actor.id });
  }
  change.audit(id, { assignee });
}

async function alertIn({ tx }: Change, id: Id<"alert">): Promise<AlertRow> {
  const [alert] = await alertsOf(tx.tables<WatchTables>(), [id]);
  if (!alert) throw refuse("no-such-alert");
  return alert;
}
