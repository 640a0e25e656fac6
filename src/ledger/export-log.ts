import { spellHead, spellLine } from "./core/export-line.ts";
import { nodeId, nodesOf } from "./core/subtree.ts";
import { refuse } from "./refusals.ts";
import * as store from "./store.ts";

/** Entries read at once. */
const page = 500;
/** How many entries lie between two checkpoints of an export, where there are as many: each costs a signature to check. */
const checkpointsApart = 100;

/**
 * The log from an entry on, up to the latest checkpoint, as core/export-line.ts describes it: text in parts, each of
 * whole lines. Memory is bounded by a page of entries. Throws the refusals no-checkpoint and past-the-end.
 */
export async function* exportLog(read: store.Read, from: number): AsyncGenerator<string> {
  const { size, text } = await exportHead(read, from);
  yield text;
  for (let at = from; at < size; at += page) yield exportPart(read, at, Math.min(size, at + page), size);
  yield checkpointLine(read, size);
}

const leastEntries = 64;
const largestPiece = 3 * 1024 * 1024;

/** Where an export that is handed out in pieces goes on. */
export interface ExportPlace {
  readonly at: number;
  readonly size: number;
}

/** A piece of an export, of a few MiB at most: the first one, or the one that begins at a place. */
export async function exportPiece(
  read: store.Read,
  where: { readonly from: number } | ExportPlace,
): Promise<{ readonly text: string; readonly next?: ExportPlace }> {
  const begun = "from" in where ? await exportHead(read, where.from) : undefined;
  const size = begun?.size ?? ("size" in where ? where.size : 0);
  let text = begun?.text ?? "";
  let at = "from" in where ? where.from : where.at;
  for (; at < size && text.length < largestPiece; at += leastEntries)
    text += await exportPart(read, at, Math.min(size, at + leastEntries), size);
  return at < size ? { text, next: { at, size } } : { text: text + (await checkpointLine(read, size)) };
}

/** The newest signed note of a size, with the cosignatures that there are by now; `undefined` where there is none. */
export async function noteAt(read: store.Read, size: number): Promise<string | undefined> {
  const row = await store.checkpointAt(read, size);
  return row && `${row.note}${(await store.cosignatureLines(read, size)).join("")}`;
}

async function exportHead(read: store.Read, from: number): Promise<{ size: number; text: string }> {
  const [head, last] = [await store.head(read), await store.latestCheckpoint(read)];
  if (!head || !last) throw refuse("no-checkpoint");
  const { size } = last;
  if (from > size) throw refuse("past-the-end", { asked: from, size });
  const ids = nodesOf({ start: 0, end: from });
  const edge = await store.nodes(read, ids);
  const before = ids.map((id) => edge.get(id) ?? missing(id));
  const keys = (await store.keys(read)).map(({ verifier }) => verifier);
  return { size, text: spellHead({ origin: head.origin, keys, from, size, before }) };
}

async function exportPart(read: store.Read, at: number, end: number, size: number): Promise<string> {
  const rows = await store.entries(read, { from: at, end, limit: end - at });
  const checkpoints = await chosen(read, at, end);
  const hashes = await store.nodes(
    read,
    rows.map(({ position }) => nodeId(0, position)),
  );
  const lines: string[] = [];
  for (const { position, leaf } of rows) {
    const hash = hashes.get(nodeId(0, position)) ?? missing(nodeId(0, position));
    lines.push(spellLine({ kind: "entry", hash, leaf }));
    // The last one comes by itself, at the end.
    if (position + 1 < size && checkpoints.has(position + 1)) lines.push(await checkpointLine(read, position + 1));
  }
  return lines.join("");
}

async function checkpointLine(read: store.Read, size: number): Promise<string> {
  const note = await noteAt(read, size);
  // Forgotten since it was chosen: later ones stand for it.
  return note === undefined ? "" : spellLine({ kind: "checkpoint", note });
}

async function chosen(read: store.Read, after: number, last: number): Promise<Set<number>> {
  const sizes = await store.checkpointSizes(read, after, last);
  const lastOfEach = new Map(sizes.map((size) => [Math.floor(size / checkpointsApart), size]));
  return new Set([...lastOfEach.values(), ...(await store.cosignedSizes(read, after, last))]);
}

function missing(id: number): never {
  throw new Error(`node ${id} of the ledger is missing`);
}
