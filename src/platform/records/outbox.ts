import type { Kysely, Transaction } from "kysely";
import type { Instant } from "#kernel";
import { canonicalJson } from "#kernel";
import type { Clock } from "../clock.ts";
import type { Maker } from "./column.ts";
import type { OutboxTables } from "./outbox-tables.ts";
import { deliverDue, dispatch } from "./dispatch.ts";
import type { Tx } from "./tx.ts";

/** Something that happened, told to other rooms: `finding.raised`. */
export interface Announcement {
  /** Unique for ever; the key by which handlers know that they have seen it. */
  readonly id: string;
  /** In the past tense, `noun.verbed`. */
  readonly name: string;
  readonly at: Instant;
  /** Anything that JSON can say. */
  readonly body: unknown;
}

export interface Handler {
  /** `room.what-it-does`; stable, since deliveries are kept under it. */
  readonly name: string;
  /** Names of announcements. */
  readonly wants: readonly string[];
  /**
   * Called at least once for each announcement; may be called again after it succeeded (see `firstTime`). Rejects to
   * be called again later. The signal aborts at shutdown and when the delivery's lease ends.
   */
  handle(announcement: Announcement, signal: AbortSignal): Promise<void>;
}

export interface DeliveryPolicy {
  /** Tries before a delivery is a dead letter. */
  readonly mostAttempts: number;
  /** How long a process may take over one delivery before another may try it, in milliseconds. */
  readonly lease: number;
  /** How often to look for what other processes announced, in milliseconds. */
  readonly poll: number;
}

export const deliveryPolicy: DeliveryPolicy = { mostAttempts: 12, lease: 60_000, poll: 1000 };

export interface DeadLetter {
  readonly announcement: Announcement;
  readonly handler: string;
  readonly attempts: number;
  readonly problem: string;
}

export interface DeliverOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** Told of each try, once its outcome is kept; not of those that a shutdown cut short. */
  readonly onTried?: (handler: string, outcome: DeliveryOutcome) => void;
}

export interface DispatchOptions extends DeliverOptions {
  readonly signal: AbortSignal;
  /** Told of each round that could not reach the records; after ten in a row `dispatch` rejects. */
  readonly onFault?: (error: unknown) => void;
}

/** What became of one try to deliver: done, to be tried again, or given up. */
export type DeliveryOutcome = "delivered" | "postponed" | "dead";

export interface Outbox {
  /** Delivers until the signal aborts, then waits for the handlers in flight. Every process names all handlers. */
  dispatch(handlers: readonly Handler[], options: DispatchOptions & Partial<DeliveryPolicy>): Promise<void>;
  /** One round, for tests and for jobs: delivers what is due; gives back how many deliveries were tried. */
  deliverDue(handlers: readonly Handler[], options: DeliverOptions & Partial<DeliveryPolicy>): Promise<number>;
  /** Deliveries given up, oldest first. */
  dead(limit: number): Promise<readonly DeadLetter[]>;
  /** Lets a dead letter be tried again from the start; false when there is none. */
  revive(announcementId: string, handler: string, at: Instant): Promise<boolean>;
  counts(): Promise<{ readonly waiting: number; readonly dead: number }>;
  /** Forgets announcements made before `at` that every handler has had; gives back how many. */
  forget(at: Instant): Promise<number>;
}

/** Writes what happened into the transaction that made it happen: both are kept, or neither is. */
export async function announce(tx: Tx, announcements: readonly Announcement[]): Promise<void> {
  if (announcements.length === 0) return;
  for (const { name } of announcements)
    if (!/^[a-z][a-z-]*\.[a-z][a-z-]*$/.test(name)) throw new RangeError(`not a name for an announcement: ${name}`);
  await tx
    .tables<OutboxTables>()
    .insertInto("platform_outbox")
    .values(announcements.map(({ id, name, at, body }) => ({ id, name, body: canonicalJson(body), announced_at: at })))
    .execute();
  announcing.add(tx);
}

/**
 * Makes a handler idempotent: true, once, for each announcement that a handler has not been through yet. Ask in the
 * transaction that does the handler's work, so that both are kept or neither is.
 */
export async function firstTime(tx: Tx, handler: string, announcement: Announcement): Promise<boolean> {
  const [row] = await tx
    .tables<OutboxTables>()
    .insertInto("platform_handled")
    .values({ handler, event_id: announcement.id, handled_at: announcement.at })
    .onConflict((conflict) => conflict.doNothing())
    .returning("handler")
    .execute();
  return row !== undefined;
}

const announcing = new WeakSet<Tx>();

/** Whether there is something to deliver once this transaction has committed. */
export function hasAnnounced(tx: Tx): boolean {
  return announcing.has(tx);
}

/** What the outbox needs of the records it lives in. */
export interface OutboxStore {
  readonly maker: Maker;
  readonly reading: Kysely<OutboxTables>;
  write<Result>(work: (db: Transaction<OutboxTables>) => Promise<Result>): Promise<Result>;
  /** Resolves when a transaction of this process has announced something since it was last asked. */
  announced(signal: AbortSignal): Promise<void>;
}

export function makeOutbox(store: OutboxStore): Outbox {
  return {
    dispatch: (handlers, options) => dispatch(store, handlers, { ...deliveryPolicy, ...options }),
    deliverDue: (handlers, options) => deliverDue(store, handlers, { ...deliveryPolicy, ...options }),
    dead: (limit) => dead(store, limit),
    revive: (id, handler, at) =>
      store.write(async (db) => {
        const [row] = await db
          .updateTable("platform_delivery")
          .set({ state: "waiting", attempts: 0, due_at: at, problem: null })
          .where("event_id", "=", id)
          .where("handler", "=", handler)
          .where("state", "=", "dead")
          .returning("handler")
          .execute();
        return row !== undefined;
      }),
    counts: () => counts(store),
    forget: (at) => store.write((db) => forget(db, at)),
  };
}

async function dead({ reading }: OutboxStore, limit: number): Promise<DeadLetter[]> {
  const rows = await reading
    .selectFrom("platform_delivery as delivery")
    .innerJoin("platform_outbox as outbox", "outbox.id", "delivery.event_id")
    .select(["outbox.id", "outbox.name", "outbox.body", "outbox.announced_at"])
    .select(["delivery.handler", "delivery.attempts", "delivery.problem"])
    .where("delivery.state", "=", "dead")
    .orderBy("outbox.sequence")
    .limit(limit)
    .execute();
  return rows.map(({ id, name, body, announced_at: at, handler, attempts, problem }) => ({
    announcement: { id, name, at, body: JSON.parse(body) as unknown },
    handler,
    attempts,
    problem: problem ?? "",
  }));
}

async function counts({ reading }: OutboxStore): Promise<{ waiting: number; dead: number }> {
  const rows = await reading
    .selectFrom("platform_delivery")
    .select(["state", ({ fn }) => fn.countAll<number>().as("count")])
    .where("state", "!=", "delivered")
    .groupBy("state")
    .execute();
  const { fresh } = await reading
    .selectFrom("platform_outbox")
    .select(({ fn }) => fn.countAll<number>().as("fresh"))
    .where("handed_out", "=", 0)
    .executeTakeFirstOrThrow();
  const of = (state: string) => rows.find((row) => row.state === state)?.count ?? 0;
  return { waiting: of("waiting") + fresh, dead: of("dead") };
}

async function forget(db: Transaction<OutboxTables>, at: Instant): Promise<number> {
  const gone = await db
    .deleteFrom("platform_outbox")
    .where("announced_at", "<", at)
    .where("handed_out", "=", 1)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("platform_delivery")
            .select("handler")
            .whereRef("platform_delivery.event_id", "=", "platform_outbox.id")
            .where("state", "!=", "delivered"),
        ),
      ),
    )
    .returning("id")
    .execute();
  return gone.length;
}
