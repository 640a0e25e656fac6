import { type Id, instant, type Secret } from "#kernel";
import { readCookie, type Route } from "#http";
import type { Clock, Records } from "#platform";
import { type ChangeDoor, makeChange } from "./change.ts";
import { type Actor, personActor, type PersonActor, stranger, systemActor } from "./core/actor.ts";
import { checkPermissionTables, type PermissionTable } from "./core/permissions.ts";
import type { Session } from "./contract.ts";
import { accessRoutes } from "./http.ts";
import { listSessions } from "./list-sessions.ts";
import { sessionCookie } from "./sessions-http.ts";
import { Sightings } from "./sightings.ts";
import { anySession, forgetEnded, keepSeen, people, personBySession } from "./store.ts";
import type { AccessTables } from "./tables.ts";
import { hashToken } from "./token.ts";
import { invitePerson } from "./verbs/invite-person.ts";
import { makeSignInLink } from "./verbs/make-sign-in-link.ts";

export interface AccessOptions {
  /** Migrated. This room claims its door. */
  readonly records: Records;
  readonly clock: Clock;
  readonly newId: <Kind extends string>(kind: Kind) => Id<Kind>;
  /** Every room's table of permissions, this room's too. */
  readonly permissions: readonly PermissionTable[];
  /** Milliseconds. */
  readonly sessionLifetime: number;
}

export interface Access {
  readonly change: ChangeDoor;
  readonly permissions: PermissionTable;
  readonly routes: readonly Route<Actor>[];
  /** Whoever sent a request; a stranger where the cookie is missing, unknown or of a session that is over. */
  identify(request: Request): Promise<Actor>;
  /** Makes sure there is an owner. Gives a link for them as long as nobody has ever signed in. */
  firstLink(): Promise<Secret | undefined>;
  /** A new link for the longest-standing owner; for who holds the data folder. */
  ownerLink(): Promise<Secret>;
  /** A person's own living sessions, newest first. */
  sessions(person: PersonActor): Promise<readonly Session[]>;
  /** Writes down when sessions were last seen; writes nothing when none was. For now and then, and before the end. */
  keepSightings(): Promise<void>;
  /** Forgets what ended longer than 30 days ago; gives back how many rows. */
  forget(): Promise<number>;
}

export function createAccess({ records, clock, newId, permissions: tables, sessionLifetime }: AccessOptions): Access {
  const permissions = checkPermissionTables(tables);
  const change = makeChange({ door: records.claimDoor(), clock, newId, permissions });
  const read = records.tables<AccessTables>();
  const sightings = new Sightings();

  async function ownerLink(actor: Actor): Promise<Secret> {
    return change(actor, "links.make", async (one) => {
      const owner = (await people(one.tx.tables<AccessTables>())).find(({ role }) => role === "owner");
      return owner ? makeSignInLink(one, owner.id) : (await invitePerson(one, { name: "Owner", role: "owner" })).link;
    });
  }

  return {
    change,
    permissions,
    routes: accessRoutes({ read, change, clock, sessionLifetime, sightings }),
    async identify(request) {
      const token = readCookie(request, sessionCookie);
      if (token === undefined || !/^[\w-]{43}$/.test(token)) return stranger;
      const found = await personBySession(read, hashToken(token), clock.now());
      if (!found) return stranger;
      sightings.note(found.session, clock.now());
      return personActor(found, found.session, permissions);
    },
    firstLink: async () => ((await anySession(read)) ? undefined : ownerLink(systemActor("start", ["links.make"]))),
    ownerLink: () => ownerLink(systemActor("terminal", ["links.make"])),
    sessions: (person) => listSessions({ read, clock, sightings }, person),
    keepSightings: () =>
      sightings.flush((seen) =>
        change(systemActor("http", ["sessions.note"]), "sessions.note", async ({ tx, audit }) => {
          for (const [session, at] of seen) await keepSeen(tx, session, at);
          audit("access", { count: seen.length });
        }),
      ),
    forget: () =>
      change(systemActor("jobs", ["access.forget"]), "access.forget", async ({ tx, at, audit }) => {
        const count = await forgetEnded(tx, instant(at - 30 * 86_400_000));
        audit("access", { count });
        return count;
      }),
  };
}
