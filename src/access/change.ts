import type { Id, Instant } from "#kernel";
import { announce, type Announcement, type Clock, type Door, type Tx } from "#platform";
import type { Actor } from "./core/actor.ts";
import type { PermissionTable } from "./core/permissions.ts";
import { refuse } from "./refusals.ts";
import { addAudit, type AuditRow } from "./store.ts";

/** What the work of a change gets. It does nothing but read and write through `tx`: it may run again from the start. */
export interface Change {
  /** What store functions that write demand. */
  readonly tx: Tx;
  readonly actor: Actor;
  /** The moment that all of the change is of. */
  readonly at: Instant;
  newId<Kind extends string>(kind: Kind): Id<Kind>;
  /** Tells other rooms, once this has committed: `noun.verbed`, and what JSON can say. */
  announce(name: string, body: unknown): void;
  /** What the audit entry is about, and what changed. Holds no secret. */
  audit(subject: string, details?: Readonly<Record<string, unknown>>): void;
}

/**
 * The one door. Checks that the actor has the permission named by `action`, opens the transaction, runs the work, writes
 * the audit entry and the announcements, commits. Throws the refusal `access/not-permitted`, which is in the audit trail
 * too, and whatever the work throws, after which nothing was changed.
 */
export type ChangeDoor = <Result>(
  actor: Actor,
  action: string,
  work: (change: Change) => Promise<Result>,
  /** A request as its route was asked. The audit entry carries its id. */
  from?: { readonly signal?: AbortSignal; readonly requestId?: string },
) => Promise<Result>;

export interface ChangeOptions {
  readonly door: Door;
  readonly clock: Clock;
  readonly newId: <Kind extends string>(kind: Kind) => Id<Kind>;
  /** All rooms' permissions. */
  readonly permissions: PermissionTable;
  /** Gets every audit entry, done and refused, in its own transaction: what it throws undoes the change. */
  readonly keep?: ((tx: Tx, entry: AuditRow) => Promise<void>) | undefined;
}

export function makeChange({ door, clock, newId, permissions, keep }: ChangeOptions): ChangeDoor {
  const writeDown = async (tx: Tx, entry: AuditRow) => {
    await addAudit(tx, entry);
    await keep?.(tx, entry);
  };
  return async (actor, action, work, from) => {
    if (!Object.hasOwn(permissions, action)) throw new RangeError(`no room's table has the permission ${action}`);
    const name = actor.id;
    const request = from?.requestId;
    if (name === undefined || !actor.may(action)) {
      if (name !== undefined)
        await door((tx) =>
          writeDown(tx, {
            at: clock.now(),
            actor: name,
            action,
            outcome: "refused",
            subject: undefined,
            details: {},
            request,
          }),
        );
      throw refuse("not-permitted", { actor: name ?? "A stranger", permission: action });
    }
    return door(async (tx) => {
      const at = clock.now();
      const announcements: Announcement[] = [];
      let subject: string | undefined;
      let details: Readonly<Record<string, unknown>> = {};
      const result = await work({
        tx,
        actor,
        at,
        newId,
        announce: (what, body) => void announcements.push({ id: newId("announcement"), name: what, at, body }),
        audit: (about, what = {}) => {
          subject = about;
          details = what;
        },
      });
      await writeDown(tx, { at, actor: name, action, outcome: "done", subject, details, request });
      await announce(tx, announcements);
      return result;
    }, from);
  };
}
