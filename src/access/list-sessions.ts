import type { Clock, Reading } from "#platform";
import type { Session } from "./contract.ts";
import type { PersonActor } from "./core/actor.ts";
import type { Sightings } from "./sightings.ts";
import { sessionsOf } from "./store.ts";
import type { AccessTables } from "./tables.ts";

export interface SessionsParts {
  readonly read: Reading<AccessTables>;
  readonly clock: Clock;
  readonly sightings: Sightings<"session">;
}

/** A person's own living sessions, newest first. */
export async function listSessions(
  { read, clock, sightings }: SessionsParts,
  { id, session }: PersonActor,
): Promise<Session[]> {
  const rows = await sessionsOf(read, id, clock.now());
  return rows.map((row) => ({
    id: row.id,
    begunAt: row.begun_at,
    seenAt: sightings.latest(row.id, row.seen_at) ?? row.begun_at,
    expiresAt: row.expires_at,
    agent: row.agent,
    peer: row.peer,
    current: row.id === session,
  }));
}
