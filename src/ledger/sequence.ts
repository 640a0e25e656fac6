import { type ChangeDoor, systemActor } from "#access";
import { type Id, type Instant, instant } from "#kernel";
import type { Clock, Tx } from "#platform";
import { spellCheckpoint } from "./core/checkpoint.ts";
import { Frontier, type MadeNode } from "./core/frontier.ts";
import { spellLeaf } from "./core/leaf.ts";
import { spellNote } from "./core/note.ts";
import { nodesOf } from "./core/subtree.ts";
import { spellVerifierKey } from "./core/verifier-key.ts";
import type { LogSigner } from "./open-log.ts";
import { refuse } from "./refusals.ts";
import { sha256Tree } from "./sha256.ts";
import * as store from "./store.ts";
import type { LedgerTables } from "./tables.ts";

export interface SequenceParts {
  readonly read: store.Read;
  readonly change: ChangeDoor;
  readonly clock: Clock;
  readonly signer: LogSigner;
  /** Names this process among those that share the records; undefined where none can share them. */
  readonly holder: Id<"sequencer"> | undefined;
}

/** Entries in one transaction: others that write wait for it on SQLite. */
const batch = 500;
/** Milliseconds between two checkpoints at least. */
export const checkpointsApart = 1_000;
/** How long others leave the work to the process that did it last. Milliseconds. */
const lease = 10_000;

const actor = systemActor("ledger", ["ledger.sequence"]);

/**
 * Moves what was written down into the log, in order, until nothing waits, and signs what there is then: a checkpoint a
 * second at most, and one at the end where `last` says so. Does nothing while another process does it.
 *
 * The lease saves work and no more: that there is one log comes from the transaction, which reads the size, appends to
 * it and signs it, so that of two that ran at once one would lose and begin anew. No signature leaves this process
 * before the transaction that it was made in has committed.
 */
export async function sequence(
  parts: SequenceParts,
  { signal, last = false }: { signal?: AbortSignal; last?: boolean } = {},
) {
  let moved = 0;
  for (;;) {
    signal?.throwIfAborted();
    if (!(await isDue(parts, last))) return moved;
    const step = await parts.change(actor, "ledger.sequence", (one) => append(one.tx, one.at, one.audit, parts, last));
    moved += step.moved;
    if (step.moved < batch) return moved;
  }
}

async function isDue({ read, clock, holder }: SequenceParts, last: boolean): Promise<boolean> {
  const now = clock.now();
  const head = await store.head(read);
  if (!head || isHeldByAnother(head, holder, now)) return false;
  if (await store.anyPending(read)) return true;
  const checkpoint = await store.latestCheckpoint(read);
  return head.size > (checkpoint?.size ?? 0) && (last || isTimeAfter(checkpoint?.at, now));
}

/** A clock that was set back holds nothing up. */
function isTimeAfter(before: Instant | undefined, now: Instant): boolean {
  return before === undefined || Math.abs(now - before) >= checkpointsApart;
}

function isHeldByAnother(
  head: { readonly holder: string | null; readonly held_until: Instant | null },
  holder: string | undefined,
  now: Instant,
): boolean {
  return holder !== undefined && head.holder !== null && head.holder !== holder && (head.held_until ?? 0) > now;
}

async function append(
  tx: Tx,
  at: Instant,
  audit: (subject: string, details: Record<string, unknown>) => void,
  { signer, holder }: SequenceParts,
  last: boolean,
): Promise<{ moved: number }> {
  const read = tx.tables<LedgerTables>();
  const head = await store.head(read);
  if (!head || isHeldByAnother(head, holder, at)) return { moved: 0 };
  const active = await store.activeKey(read);
  // Another process, or the terminal, went on with another key.
  if (active?.verifier !== spellVerifierKey(signer.key))
    throw refuse("another-key", { origin: head.origin, active: active?.verifier ?? "" });
  const waiting = await store.pending(read, batch);
  const frontier = await frontierOf(read, head.size);
  const made: MadeNode[] = [];
  const rows = waiting.map(({ at: when, kind, subject, body }) => {
    const position = frontier.size;
    const leaf = spellLeaf({
      index: position,
      at: when,
      kind,
      subject,
      body: JSON.parse(body) as Record<string, unknown>,
    });
    made.push(...frontier.append(sha256Tree.leaf(Buffer.from(leaf))));
    return { position, at: when, kind, subject, leaf };
  });
  const end = waiting.at(-1)?.sequence;
  if (end !== undefined) await store.removePending(tx, end);
  await store.addEntries(tx, rows);
  await store.addNodes(tx, made);
  const held = holder === undefined || last ? undefined : holder;
  await store.setHead(tx, frontier.size, held ?? null, held === undefined ? null : instant(at + lease));
  const before = await store.latestCheckpoint(read);
  const isNew = frontier.size > (before?.size ?? 0);
  if (isNew && (isTimeAfter(before?.at, at) || (last && waiting.length < batch))) await sign(tx, at, frontier, signer);
  audit("ledger", { from: head.size, size: frontier.size });
  return { moved: rows.length };
}

/** The right edge of the tree as it is kept. Throws where nodes are missing, rather than signing what is not so. */
export async function frontierOf(read: store.Read, size: number): Promise<Frontier> {
  const ids = nodesOf({ start: 0, end: size });
  const kept = await store.nodes(read, ids);
  const edge = ids.map((id) => kept.get(id) ?? fault(`node ${id} of the ledger is missing`));
  return new Frontier(sha256Tree, size, edge);
}

function fault(why: string): never {
  throw new Error(why);
}

async function sign(tx: Tx, at: Instant, frontier: Frontier, signer: LogSigner): Promise<void> {
  const { name, keyId } = signer.key;
  const root = frontier.root();
  const text = spellCheckpoint({ origin: signer.origin, size: frontier.size, root });
  const note = spellNote({ text, signatures: [{ name, keyId, signature: signer.sign(Buffer.from(text)) }] });
  await store.addCheckpoint(tx, { size: frontier.size, at, root, note });
}
