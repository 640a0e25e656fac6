import type { Insertable, Selectable } from "kysely";
import type { Instant } from "#kernel";
import type { Reader, Tx } from "#platform";
import type { MadeNode } from "./core/frontier.ts";
import type { LedgerTables } from "./tables.ts";

export type Read = Reader<LedgerTables>;
type Row<Table extends keyof LedgerTables> = Selectable<LedgerTables[Table]>;

// Reading.

export function head(read: Read): Promise<Row<"ledger_head"> | undefined> {
  return read.selectFrom("ledger_head").selectAll().executeTakeFirst();
}

/** The key that signs now. */
export function activeKey(read: Read): Promise<Row<"ledger_keys"> | undefined> {
  return read.selectFrom("ledger_keys").selectAll().where("ended_at", "is", null).executeTakeFirst();
}

/** Every key that has signed, oldest first. */
export function keys(read: Read): Promise<Row<"ledger_keys">[]> {
  return read.selectFrom("ledger_keys").selectAll().orderBy("since_size").orderBy("since").execute();
}

export function latestCheckpoint(read: Read): Promise<Row<"ledger_checkpoints"> | undefined> {
  return read.selectFrom("ledger_checkpoints").selectAll().orderBy("size", "desc").limit(1).executeTakeFirst();
}

export function checkpointAt(read: Read, size: number): Promise<Row<"ledger_checkpoints"> | undefined> {
  return read.selectFrom("ledger_checkpoints").selectAll().where("size", "=", size).executeTakeFirst();
}

/** The first checkpoint of at least this size. */
export function checkpointFrom(read: Read, size: number): Promise<Row<"ledger_checkpoints"> | undefined> {
  return read
    .selectFrom("ledger_checkpoints")
    .selectAll()
    .where("size", ">=", size)
    .orderBy("size")
    .limit(1)
    .executeTakeFirst();
}

/** Sizes of the checkpoints past `after` and up to `last`, in order. */
export async function checkpointSizes(read: Read, after: number, last: number): Promise<number[]> {
  const rows = await read
    .selectFrom("ledger_checkpoints")
    .select("size")
    .where("size", ">", after)
    .where("size", "<=", last)
    .orderBy("size")
    .execute();
  return rows.map(({ size }) => size);
}

/** Sizes past `after` and up to `last` that a witness has cosigned. */
export async function cosignedSizes(read: Read, after: number, last: number): Promise<number[]> {
  const rows = await read
    .selectFrom("ledger_cosignatures")
    .select("size")
    .where("size", ">", after)
    .where("size", "<=", last)
    .execute();
  return rows.map(({ size }) => size);
}

/** The signature lines that witnesses gave for the checkpoint of this size. */
export async function cosignatureLines(read: Read, size: number): Promise<string[]> {
  const rows = await read
    .selectFrom("ledger_cosignatures")
    .select("line")
    .where("size", "=", size)
    .orderBy("witness")
    .execute();
  return rows.map(({ line }) => line);
}

/** The largest size that a witness has cosigned; 0 where it never did. */
export async function cosignedSize(read: Read, witness: string): Promise<number> {
  const row = await read
    .selectFrom("ledger_cosignatures")
    .select("size")
    .where("witness", "=", witness)
    .orderBy("size", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.size ?? 0;
}

/** Whether something waits for its place. */
export async function anyPending(read: Read): Promise<boolean> {
  return (await read.selectFrom("ledger_pending").select("sequence").limit(1).executeTakeFirst()) !== undefined;
}

export function pending(read: Read, limit: number): Promise<Row<"ledger_pending">[]> {
  return read.selectFrom("ledger_pending").selectAll().orderBy("sequence").limit(limit).execute();
}

/** The complete nodes of these numbers; those that are not there are left out. */
export async function nodes(read: Read, ids: readonly number[]): Promise<Map<number, Uint8Array>> {
  if (ids.length === 0) return new Map();
  const rows = await read.selectFrom("ledger_nodes").selectAll().where("id", "in", ids).execute();
  return new Map(rows.map(({ id, hash }) => [id, hash]));
}

export interface EntryFilter {
  readonly subject?: string | undefined;
  readonly kind?: string | undefined;
}

/** Entries from a place on, up to and without `end`, in order. */
export function entries(
  read: Read,
  { from, end, limit, subject, kind }: EntryFilter & { from: number; end: number; limit: number },
): Promise<Row<"ledger_entries">[]> {
  let rows = read
    .selectFrom("ledger_entries")
    .selectAll()
    .where("position", ">=", from)
    .where("position", "<", end)
    .orderBy("position")
    .limit(limit);
  if (subject !== undefined) rows = rows.where("subject", "=", subject);
  if (kind !== undefined) rows = rows.where("kind", "=", kind);
  return rows.execute();
}

export async function saltsOf(read: Read, seals: readonly string[]): Promise<Map<string, Uint8Array>> {
  if (seals.length === 0) return new Map();
  const rows = await read.selectFrom("ledger_salts").select(["seal", "salt"]).where("seal", "in", seals).execute();
  return new Map(rows.map(({ seal, salt }) => [seal, salt]));
}

/** Sizes of checkpoints older than `before` that no witness has cosigned, in order. */
export async function plainCheckpoints(read: Read, before: Instant): Promise<{ size: number; at: Instant }[]> {
  return read
    .selectFrom("ledger_checkpoints")
    .select(["size", "at"])
    .where("at", "<", before)
    .where("size", "not in", read.selectFrom("ledger_cosignatures").select("size"))
    .orderBy("size")
    .limit(20_000)
    .execute();
}

// Writing: only inside of `change`, which alone has a Tx.

export async function addPending(tx: Tx, row: Insertable<LedgerTables["ledger_pending"]>): Promise<void> {
  await tx.tables<LedgerTables>().insertInto("ledger_pending").values(row).execute();
}

export async function addSalts(tx: Tx, rows: Insertable<LedgerTables["ledger_salts"]>[]): Promise<void> {
  await tx.tables<LedgerTables>().insertInto("ledger_salts").values(rows).execute();
}

/** Erases the salts of all seals about a subject; gives back how many. */
export async function eraseSalts(tx: Tx, subject: string): Promise<number> {
  const gone = await tx
    .tables<LedgerTables>()
    .deleteFrom("ledger_salts")
    .where("subject", "=", subject)
    .returning("seal")
    .execute();
  return gone.length;
}

export async function begin(tx: Tx, origin: string, verifier: string, at: Instant): Promise<void> {
  const db = tx.tables<LedgerTables>();
  await db.insertInto("ledger_head").values({ id: 1, origin, size: 0, holder: null, held_until: null }).execute();
  await db.insertInto("ledger_keys").values({ verifier, since_size: 0, since: at, ended_at: null }).execute();
}

export async function setHead(tx: Tx, size: number, holder: string | null, until: Instant | null): Promise<void> {
  await tx.tables<LedgerTables>().updateTable("ledger_head").set({ size, holder, held_until: until }).execute();
}

/** Takes what waits, up to the last row that this transaction has read: it sees no others. */
export async function removePending(tx: Tx, last: number): Promise<void> {
  await tx.tables<LedgerTables>().deleteFrom("ledger_pending").where("sequence", "<=", last).execute();
}

export async function addEntries(tx: Tx, rows: readonly Row<"ledger_entries">[]): Promise<void> {
  const db = tx.tables<LedgerTables>();
  for (const part of parts(rows)) await db.insertInto("ledger_entries").values(part).execute();
}

export async function addNodes(tx: Tx, made: readonly MadeNode[]): Promise<void> {
  const db = tx.tables<LedgerTables>();
  for (const part of parts(made)) await db.insertInto("ledger_nodes").values(part).execute();
}

export async function addCheckpoint(tx: Tx, row: Insertable<LedgerTables["ledger_checkpoints"]>): Promise<void> {
  await tx.tables<LedgerTables>().insertInto("ledger_checkpoints").values(row).execute();
}

/** Puts another note in the place of a checkpoint's own, over the same text: a second signature. */
export async function signAgain(tx: Tx, size: number, note: string): Promise<void> {
  await tx.tables<LedgerTables>().updateTable("ledger_checkpoints").set({ note }).where("size", "=", size).execute();
}

export async function changeKey(tx: Tx, verifier: string, since: number, at: Instant): Promise<void> {
  const db = tx.tables<LedgerTables>();
  await db.updateTable("ledger_keys").set({ ended_at: at }).where("ended_at", "is", null).execute();
  await db.insertInto("ledger_keys").values({ verifier, since_size: since, since: at, ended_at: null }).execute();
}

/** Keeps a witness's cosignature, the newest one for a size. */
export async function addCosignature(tx: Tx, row: Insertable<LedgerTables["ledger_cosignatures"]>): Promise<void> {
  await tx
    .tables<LedgerTables>()
    .insertInto("ledger_cosignatures")
    .values(row)
    .onConflict((conflict) => conflict.columns(["size", "witness"]).doUpdateSet({ at: row.at, line: row.line }))
    .execute();
}

/** Removes the checkpoints of these sizes. */
export async function removeCheckpoints(tx: Tx, sizes: readonly number[]): Promise<void> {
  const db = tx.tables<LedgerTables>();
  for (const part of parts(sizes)) await db.deleteFrom("ledger_checkpoints").where("size", "in", part).execute();
}

/** In few lengths, so that a database prepares few statements for rows without number. */
function* parts<T>(rows: readonly T[]): Generator<T[]> {
  let at = 0;
  for (const length of [128, 16, 1]) for (; rows.length - at >= length; at += length) yield rows.slice(at, at + length);
}
