import type { Updateable } from "kysely";
import { instant } from "#kernel";
import type { Clock } from "../clock.ts";
import { backoff } from "../retry.ts";
import type {
  Announcement,
  DeliverOptions,
  DeliveryOutcome,
  DeliveryPolicy,
  DispatchOptions,
  Handler,
  OutboxStore,
} from "./outbox.ts";
import type { OutboxTables } from "./outbox-tables.ts";

/** Rounds of delivery until the signal aborts. Rejects when too many rounds in a row could not reach the records. */
export async function dispatch(
  store: OutboxStore,
  handlers: readonly Handler[],
  { clock, signal, onFault, onTried, ...policy }: DispatchOptions & DeliveryPolicy,
): Promise<void> {
  for (let faults = 0; !signal.aborted;) {
    try {
      const tried = await deliverDue(store, handlers, { clock, signal, ...(onTried && { onTried }), ...policy });
      faults = 0;
      if (tried === 0) await pause(store, clock, signal, policy.poll);
    } catch (error) {
      if (signal.aborted) return;
      faults += 1;
      onFault?.(error);
      if (faults === mostFaults) throw error;
      await clock.sleep(backoff(faults), signal).catch(() => undefined);
    }
  }
}

const mostFaults = 10;

/** Until something was announced here, the poll is due, or it is time to stop; leaves nothing waiting behind. */
async function pause(store: OutboxStore, clock: Clock, signal: AbortSignal, poll: number): Promise<void> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const waits = [store.announced(either), clock.sleep(poll, either)];
  await Promise.race(waits).catch(() => undefined);
  over.abort();
  await Promise.allSettled(waits);
}

/** Hands out what is new, then tries what is due, a batch at a time. Gives back how many deliveries were tried. */
export async function deliverDue(
  store: OutboxStore,
  handlers: readonly Handler[],
  { clock, signal, onTried, lease, mostAttempts }: DeliverOptions & DeliveryPolicy,
): Promise<number> {
  const byName = new Map(handlers.map((handler) => [handler.name, handler]));
  if (byName.size < handlers.length) throw new RangeError("two handlers have one name");
  const stop = signal ?? new AbortController().signal;
  while ((await handOut(store, handlers, clock)) === batch) stop.throwIfAborted();
  const claimed = await claim(store, [...byName.keys()], clock, lease);
  const results = await Promise.allSettled(
    claimed.map(async (delivery) => {
      const problem = await attempt(byName.get(delivery.handler), delivery.announcement, clock, stop, lease);
      // A shutdown is not the handler's failure.
      if (problem !== undefined && stop.aborted) await giveBack(store, delivery, clock);
      else {
        const outcome = await settle(store, delivery, problem, clock, mostAttempts);
        onTried?.(delivery.handler, outcome);
      }
    }),
  );
  for (const result of results) if (result.status === "rejected") throw result.reason;
  return claimed.length;
}

const batch = 32;

/** Gives each new announcement a delivery for every handler that wants it. */
async function handOut({ maker, write }: OutboxStore, handlers: readonly Handler[], clock: Clock): Promise<number> {
  return write(async (db) => {
    let fresh = db
      .selectFrom("platform_outbox")
      .select(["id", "name"])
      .where("handed_out", "=", 0)
      .orderBy("sequence")
      .limit(batch);
    if (maker === "postgres") fresh = fresh.forUpdate().skipLocked();
    const events = await fresh.execute();
    if (events.length === 0) return 0;
    const deliveries = events.flatMap(({ id, name }) =>
      handlers
        .filter(({ wants }) => wants.includes(name))
        .map((handler) => ({ event_id: id, handler: handler.name, due_at: clock.now(), problem: null })),
    );
    if (deliveries.length > 0) await db.insertInto("platform_delivery").values(deliveries).execute();
    const ids = events.map(({ id }) => id);
    await db.updateTable("platform_outbox").set({ handed_out: 1 }).where("id", "in", ids).execute();
    return events.length;
  });
}

interface Delivery {
  readonly announcement: Announcement;
  readonly handler: string;
  readonly attempts: number;
}

/** Takes what is due for this process; whoever dies holding a delivery loses it when its lease ends. */
async function claim(
  { maker, write }: OutboxStore,
  names: readonly string[],
  clock: Clock,
  lease: number,
): Promise<Delivery[]> {
  if (names.length === 0) return [];
  return write(async (db) => {
    let due = db
      .selectFrom("platform_delivery as delivery")
      .innerJoin("platform_outbox as outbox", "outbox.id", "delivery.event_id")
      .select(["delivery.event_id", "delivery.handler", "delivery.attempts"])
      .select(["outbox.name", "outbox.body", "outbox.announced_at"])
      .where("delivery.state", "=", "waiting")
      .where("delivery.due_at", "<=", clock.now())
      .where("delivery.handler", "in", names)
      .orderBy("outbox.sequence")
      .limit(batch);
    if (maker === "postgres") due = due.forUpdate("delivery").skipLocked();
    const rows = await due.execute();
    for (const { event_id, handler, attempts } of rows)
      await db
        .updateTable("platform_delivery")
        .set({ attempts: attempts + 1, due_at: instant(clock.now() + lease) })
        .where("event_id", "=", event_id)
        .where("handler", "=", handler)
        .execute();
    return rows.map(({ event_id: id, name, announced_at: at, body, handler, attempts }) => ({
      announcement: { id, name, at, body: JSON.parse(body) as unknown },
      handler,
      attempts: attempts + 1,
    }));
  });
}

/** What went wrong, for a person to read; `undefined` when nothing did. */
async function attempt(
  handler: Handler | undefined,
  announcement: Announcement,
  clock: Clock,
  signal: AbortSignal,
  lease: number,
): Promise<string | undefined> {
  const over = new AbortController();
  const watch = clock.sleep(lease, over.signal).then(
    () => over.abort(new Error(`the handler took longer than its ${lease} ms`)),
    () => undefined,
  );
  try {
    await handler?.handle(announcement, AbortSignal.any([signal, over.signal]));
    return undefined;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } finally {
    over.abort();
    await watch;
  }
}

async function settle(
  store: OutboxStore,
  delivery: Delivery,
  problem: string | undefined,
  clock: Clock,
  mostAttempts: number,
): Promise<DeliveryOutcome> {
  if (problem === undefined) {
    await record(store, delivery, { state: "delivered", problem: null });
    return "delivered";
  }
  const text = problem.replaceAll("\0", "").toWellFormed().slice(0, 2000);
  if (delivery.attempts >= mostAttempts) {
    await record(store, delivery, { state: "dead", problem: text });
    return "dead";
  }
  await record(store, delivery, { due_at: instant(clock.now() + backoff(delivery.attempts)), problem: text });
  return "postponed";
}

function giveBack(store: OutboxStore, delivery: Delivery, clock: Clock): Promise<void> {
  return record(store, delivery, { attempts: delivery.attempts - 1, due_at: clock.now() });
}

async function record(
  { write }: OutboxStore,
  { announcement, handler, attempts }: Delivery,
  change: Updateable<OutboxTables["platform_delivery"]>,
): Promise<void> {
  await write((db) =>
    db
      .updateTable("platform_delivery")
      .set(change)
      .where("event_id", "=", announcement.id)
      .where("handler", "=", handler)
      // Somebody else's by now when the lease ended and it was claimed again.
      .where("attempts", "=", attempts)
      .where("state", "=", "waiting")
      .execute(),
  );
}
