import { type Id, instant, Refusal, type Secret } from "#kernel";
import { readCookie, type Route } from "#http";
import type { Clock, Records, Tx } from "#platform";
import { type ChangeDoor, makeChange } from "./change.ts";
import { type Actor, held, personActor, type PersonActor, stranger, systemActor } from "./core/actor.ts";
import { checkPermissionTables, type PermissionTable } from "./core/permissions.ts";
import type { Session } from "./contract.ts";
import { accessRoutes } from "./http.ts";
import { listSessions } from "./list-sessions.ts";
import { sessionCookie } from "./sessions-http.ts";
import { Sightings } from "./sightings.ts";
import { anySession, type AuditRow, forgetEnded, keepSeen, keepTokenSeen, people, personBySession } from "./store.ts";
import type { AccessTables } from "./tables.ts";
import type { TerminalVerbs } from "./terminal-socket.ts";
import { accessTerminalVerbs } from "./terminal-verbs.ts";
import { hashToken } from "./token.ts";
import { TokenDoor } from "./token-door.ts";
import { isForeignPassword } from "./core/read-credentials.ts";
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
  /** Milliseconds from any start, never going back; for limits. The clock's own unless it says otherwise. */
  readonly monotonic?: () => number;
  /** Gets every audit entry, done and refused, in its own transaction: what it throws undoes the change. */
  readonly keep?: (tx: Tx, entry: AuditRow) => Promise<void>;
}

/** How a request is looked at. */
export interface IdentifyOptions {
  /** What failures are counted by: the peer's address, or its network. */
  readonly address?: string;
  /** The route admits everybody: credentials that do not work make a stranger, and are not refused. */
  readonly anybody?: boolean;
}

export interface Access {
  readonly change: ChangeDoor;
  readonly permissions: PermissionTable;
  readonly routes: readonly Route<Actor>[];
  /**
   * Whoever sent a request; a stranger where the cookie is missing, unknown or of a session that is over. Who brings a
   * token, too, may do what both may. Refuses a token that does not work.
   */
  identify(request: Request, options?: IdentifyOptions): Promise<Actor>;
  /** Makes sure there is an owner. Gives a link for them as long as nobody has ever signed in. */
  firstLink(): Promise<Secret | undefined>;
  /** A new link for the longest-standing owner; for who holds the data folder. */
  ownerLink(): Promise<Secret>;
  /** What the terminal may ask of this room; `linkTo` makes an address of a sign-in link's token. */
  terminalVerbs(linkTo: (token: Secret) => Secret): TerminalVerbs;
  /** A person's own living sessions, newest first. */
  sessions(person: PersonActor): Promise<readonly Session[]>;
  /** Writes down when sessions and tokens were last seen; writes nothing when none was. For now and then, and before the end. */
  keepSightings(): Promise<void>;
  /** Forgets what ended longer than 30 days ago; gives back how many rows. */
  forget(): Promise<number>;
}

export function createAccess(options: AccessOptions): Access {
  const { records, clock, newId, sessionLifetime, keep } = options;
  const permissions = checkPermissionTables(options.permissions);
  const change = makeChange({ door: records.claimDoor(), clock, newId, permissions, keep });
  const read = records.tables<AccessTables>();
  const sightings = new Sightings<"session">();
  const tokenSightings = new Sightings<"token">();
  const { monotonic = () => clock.now() } = options;
  const door = new TokenDoor({ read, clock, monotonic, sightings: tokenSightings, permissions });
  const forgetTokens = () => door.forget();

  async function personOf(request: Request): Promise<PersonActor | undefined> {
    const token = readCookie(request, sessionCookie);
    if (token === undefined || !/^[\w-]{43}$/.test(token)) return undefined;
    const found = await personBySession(read, hashToken(token), clock.now());
    if (!found) return undefined;
    sightings.note(found.session, clock.now());
    return personActor(found, found.session, permissions);
  }

  async function ownerLink(actor: Actor): Promise<Secret> {
    return change(actor, "links.make", async (one) => {
      const owner = (await people(one.tx.tables<AccessTables>())).find(({ role }) => role === "owner");
      return owner ? makeSignInLink(one, owner.id) : (await invitePerson(one, { name: "Owner", role: "owner" })).link;
    });
  }

  return {
    change,
    permissions,
    routes: accessRoutes({ read, change, clock, sessionLifetime, sightings, tokenSightings, forgetTokens }),
    async identify(request, { address = "", anybody = false } = {}) {
      const person = await personOf(request);
      const header = request.headers.get("authorization");
      // A password that is none of our tokens is for the proxy in front of us; who has signed in needs no other.
      if (header === null || (person && isForeignPassword(header))) return person ?? stranger;
      try {
        const token = await door.admit(header, address);
        return person ? held(token, person) : token;
      } catch (error) {
        if (anybody && error instanceof Refusal) return stranger;
        throw error;
      }
    },
    firstLink: async () => ((await anySession(read)) ? undefined : ownerLink(systemActor("start", ["links.make"]))),
    ownerLink: () => ownerLink(systemActor("terminal", ["links.make"])),
    sessions: (person) => listSessions({ read, clock, sightings }, person),
    terminalVerbs: (linkTo) =>
      accessTerminalVerbs(
        {
          read,
          change,
          tokenSightings,
          forgetTokens,
          ownerLink: () => ownerLink(systemActor("terminal", ["links.make"])),
        },
        linkTo,
      ),
    async keepSightings() {
      const [sessions, tokens] = [sightings.waiting(), tokenSightings.waiting()];
      const count = sessions.length + tokens.length;
      if (count === 0) return;
      await change(systemActor("http", ["sessions.note"]), "sessions.note", async ({ tx, audit }) => {
        for (const [session, at] of sessions) await keepSeen(tx, session, at);
        for (const [token, at] of tokens) await keepTokenSeen(tx, token, at);
        audit("access", { count });
      });
      sightings.written(sessions);
      tokenSightings.written(tokens);
    },
    forget: () =>
      change(systemActor("jobs", ["access.forget"]), "access.forget", async ({ tx, at, audit }) => {
        const count = await forgetEnded(tx, instant(at - 30 * 86_400_000));
        audit("access", { count });
        return count;
      }),
  };
}
