import type { Insertable, Selectable } from "kysely";
import { canonicalJson, type Id, type Instant } from "#kernel";
import type { Reader, Tx } from "#platform";
import type { Role } from "./core/permissions.ts";
import type { AccessTables } from "./tables.ts";

type Read = Reader<AccessTables>;
type Row<Table extends keyof AccessTables> = Selectable<AccessTables[Table]>;

// Reading.

/** People whose access has not ended, oldest first. */
export function people(read: Read): Promise<Row<"access_people">[]> {
  return read
    .selectFrom("access_people")
    .selectAll()
    .where("ended_at", "is", null)
    .orderBy("since")
    .orderBy("id")
    .execute();
}

/** Whether anybody has ever signed in. */
export async function anySession(read: Read): Promise<boolean> {
  return (await read.selectFrom("access_sessions").select("id").limit(1).executeTakeFirst()) !== undefined;
}

export function linkByHash(read: Read, hash: string): Promise<Row<"access_links"> | undefined> {
  return read.selectFrom("access_links").selectAll().where("hash", "=", hash).executeTakeFirst();
}

/** The person whom a living session belongs to. */
export function personBySession(
  read: Read,
  hash: string,
  at: Instant,
): Promise<{ id: Id<"person">; name: string; role: Role; session: Id<"session"> } | undefined> {
  return read
    .selectFrom("access_sessions as session")
    .innerJoin("access_people as person", "person.id", "session.person")
    .select(["person.id", "person.name", "person.role", "session.id as session"])
    .where("session.hash", "=", hash)
    .where("session.expires_at", ">", at)
    .where("session.ended_at", "is", null)
    .where("person.ended_at", "is", null)
    .executeTakeFirst();
}

/** A person's living sessions, newest first. */
export function sessionsOf(read: Read, person: Id<"person">, at: Instant): Promise<Row<"access_sessions">[]> {
  return read
    .selectFrom("access_sessions")
    .selectAll()
    .where("person", "=", person)
    .where("expires_at", ">", at)
    .where("ended_at", "is", null)
    .orderBy("begun_at", "desc")
    .execute();
}

export function tokenByHash(read: Read, hash: string): Promise<Row<"access_tokens"> | undefined> {
  return read.selectFrom("access_tokens").selectAll().where("hash", "=", hash).executeTakeFirst();
}

/** Tokens, newest first, from after an id on: ids that were made later sort later. */
export function tokens(
  read: Read,
  { after, limit }: { after: Id<"token"> | undefined; limit: number },
): Promise<Row<"access_tokens">[]> {
  const all = read.selectFrom("access_tokens").selectAll().orderBy("id", "desc").limit(limit);
  return (after === undefined ? all : all.where("id", "<", after)).execute();
}

/** The audit trail, newest first, from before a sequence number on. */
export function auditTrail(
  read: Read,
  { before, limit }: { before: number | undefined; limit: number },
): Promise<Row<"access_audit">[]> {
  const all = read.selectFrom("access_audit").selectAll().orderBy("sequence", "desc").limit(limit);
  return (before === undefined ? all : all.where("sequence", "<", before)).execute();
}

// Writing: only inside of `change`, which alone has a Tx.

export async function addPerson(tx: Tx, person: Insertable<AccessTables["access_people"]>): Promise<void> {
  await tx.tables<AccessTables>().insertInto("access_people").values(person).execute();
}

/** False when there is no such person or their access has ended. */
export async function endPerson(tx: Tx, id: Id<"person">, at: Instant): Promise<boolean> {
  const db = tx.tables<AccessTables>();
  const ended = await db
    .updateTable("access_people")
    .set({ ended_at: at })
    .where("id", "=", id)
    .where("ended_at", "is", null)
    .returning("id")
    .execute();
  await db
    .updateTable("access_sessions")
    .set({ ended_at: at })
    .where("person", "=", id)
    .where("ended_at", "is", null)
    .execute();
  await db
    .updateTable("access_links")
    .set({ used_at: at })
    .where("person", "=", id)
    .where("used_at", "is", null)
    .execute();
  return ended.length > 0;
}

export async function addLink(tx: Tx, link: Insertable<AccessTables["access_links"]>): Promise<void> {
  await tx.tables<AccessTables>().insertInto("access_links").values(link).execute();
}

/** Uses a link up: true for one caller only, however many try at once. */
export async function useLink(tx: Tx, id: Id<"link">, at: Instant): Promise<boolean> {
  const used = await tx
    .tables<AccessTables>()
    .updateTable("access_links")
    .set({ used_at: at })
    .where("id", "=", id)
    .where("used_at", "is", null)
    .where("expires_at", ">", at)
    .returning("id")
    .execute();
  return used.length > 0;
}

export async function addSession(tx: Tx, session: Insertable<AccessTables["access_sessions"]>): Promise<void> {
  await tx.tables<AccessTables>().insertInto("access_sessions").values(session).execute();
}

/** False when this person has no such living session. */
export async function endSession(tx: Tx, id: Id<"session">, person: Id<"person">, at: Instant): Promise<boolean> {
  const ended = await tx
    .tables<AccessTables>()
    .updateTable("access_sessions")
    .set({ ended_at: at })
    .where("id", "=", id)
    .where("person", "=", person)
    .where("ended_at", "is", null)
    .where("expires_at", ">", at)
    .returning("id")
    .execute();
  return ended.length > 0;
}

/** Ends all of a person's living sessions but one; gives back which. */
export async function endOtherSessions(
  tx: Tx,
  person: Id<"person">,
  kept: Id<"session">,
  at: Instant,
): Promise<Id<"session">[]> {
  const ended = await tx
    .tables<AccessTables>()
    .updateTable("access_sessions")
    .set({ ended_at: at })
    .where("person", "=", person)
    .where("id", "!=", kept)
    .where("ended_at", "is", null)
    .where("expires_at", ">", at)
    .returning("id")
    .execute();
  return ended.map(({ id }) => id);
}

/** Keeps when a session was last seen, unless a later time is kept already. */
export async function keepSeen(tx: Tx, id: Id<"session">, at: Instant): Promise<void> {
  await tx
    .tables<AccessTables>()
    .updateTable("access_sessions")
    .set({ seen_at: at })
    .where("id", "=", id)
    .where(({ or, eb }) => or([eb("seen_at", "is", null), eb("seen_at", "<", at)]))
    .execute();
}

export async function addToken(tx: Tx, token: Insertable<AccessTables["access_tokens"]>): Promise<void> {
  await tx.tables<AccessTables>().insertInto("access_tokens").values(token).execute();
}

/** False when there is no such token or it was revoked before. */
export async function revokeToken(tx: Tx, id: Id<"token">, at: Instant): Promise<boolean> {
  const revoked = await tx
    .tables<AccessTables>()
    .updateTable("access_tokens")
    .set({ revoked_at: at })
    .where("id", "=", id)
    .where("revoked_at", "is", null)
    .returning("id")
    .execute();
  return revoked.length > 0;
}

/** Keeps when a token was last seen, unless a later time is kept already. */
export async function keepTokenSeen(tx: Tx, id: Id<"token">, at: Instant): Promise<void> {
  await tx
    .tables<AccessTables>()
    .updateTable("access_tokens")
    .set({ seen_at: at })
    .where("id", "=", id)
    .where(({ or, eb }) => or([eb("seen_at", "is", null), eb("seen_at", "<", at)]))
    .execute();
}

/** Forgets links, sessions and tokens that were over before `at`; gives back how many. The audit trail stays. */
export async function forgetEnded(tx: Tx, at: Instant): Promise<number> {
  const db = tx.tables<AccessTables>();
  const links = await db.deleteFrom("access_links").where("expires_at", "<", at).returning("id").execute();
  const sessions = await db.deleteFrom("access_sessions").where("expires_at", "<", at).returning("id").execute();
  const gone = await db
    .deleteFrom("access_tokens")
    .where(({ or, eb }) => or([eb("expires_at", "<", at), eb("revoked_at", "<", at)]))
    .returning("id")
    .execute();
  return links.length + sessions.length + gone.length;
}

/** An entry of the audit trail. Holds no secret. */
export interface AuditRow {
  readonly at: Instant;
  readonly actor: string;
  readonly action: string;
  readonly outcome: "done" | "refused";
  readonly subject: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;
  readonly request: string | undefined;
}

export async function addAudit(tx: Tx, { subject, details, request, ...row }: AuditRow): Promise<void> {
  await tx
    .tables<AccessTables>()
    .insertInto("access_audit")
    .values({ ...row, subject: subject ?? null, details: canonicalJson(details), request: request ?? null })
    .execute();
}
