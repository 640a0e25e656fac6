import { z } from "zod";
import type { Actor } from "#access";
import { answerJson, answerText, route, type Route } from "#http";
import { checkLog } from "./check-log.ts";
import {
  checkSchema,
  consistencySchema,
  count,
  entriesSchema,
  type Entry,
  entrySchema,
  inclusionSchema,
  keysSchema,
  saltsSchema,
} from "./contract.ts";
import { spellBase64 } from "./core/base64.ts";
import { readLeaf } from "./core/leaf.ts";
import { nodeId } from "./core/subtree.ts";
import { exportLog, noteAt } from "./export-log.ts";
import { proveConsistency, proveInclusion, rootAt } from "./proofs.ts";
import { refuse } from "./refusals.ts";
import { sha256Tree } from "./sha256.ts";
import * as store from "./store.ts";

const own = route<Actor>();
const admits = { permission: "ledger.read" };

/** All that these answer is under the latest checkpoint; what is newer waits for the next one. */
export function ledgerRoutes(read: store.Read): Route<Actor>[] {
  return [...logRoutes(read), ...entryRoutes(read), ...proofRoutes(read)];
}

function logRoutes(read: store.Read): Route<Actor>[] {
  return [
    own({
      method: "GET",
      path: "/api/ledger/checkpoint",
      id: "read-checkpoint",
      says: "Gives the latest checkpoint, a signed note (C2SP tlog-checkpoint) with the witnesses' cosignatures.",
      admits,
      answers: { 200: { says: "The note.", type: "text/plain" } },
      async handle() {
        const last = await latest(read);
        return answerText((await noteAt(read, last.size)) ?? last.note, "text/plain; charset=utf-8");
      },
    }),
    own({
      method: "GET",
      path: "/api/ledger/key",
      id: "read-ledger-key",
      says: "Gives the log's name and the keys that its checkpoints are checked with.",
      admits,
      answers: { 200: { says: "The keys, oldest first.", json: keysSchema } },
      async handle() {
        const [head, keys] = [await store.head(read), await store.keys(read)];
        if (!head) throw refuse("no-checkpoint");
        return answerJson({
          origin: head.origin,
          key: keys.find((key) => key.ended_at === null)?.verifier ?? "",
          keys: keys.map(({ verifier, since_size: sinceSize, since, ended_at: endedAt }) => ({
            key: verifier,
            sinceSize,
            since,
            ...(endedAt === null ? {} : { endedAt }),
          })),
        });
      },
    }),
    own({
      method: "GET",
      path: "/api/ledger/export",
      id: "export-ledger",
      says: "Streams the log from an entry on, for `meridian ledger verify`.",
      admits,
      query: z.object({ from: count.default(0) }),
      answers: { 200: { says: "NDJSON: what it is, entries, checkpoints.", type: "application/x-ndjson" } },
      async handle({ query: { from } }) {
        await upTo(read, from);
        const body = ReadableStream.from(encoded(exportLog(read, from)));
        return new Response(body, { headers: { "content-type": "application/x-ndjson" } });
      },
    }),
    own({
      method: "GET",
      path: "/api/ledger/verify",
      id: "check-ledger",
      says: "Checks a random sample of the log as it is kept here against its signed checkpoints.",
      admits,
      query: z.object({ sample: z.coerce.number().int().min(1).max(1_000).default(100) }),
      answers: { 200: { says: "What was found.", json: checkSchema } },
      async handle({ query }) {
        const check = await checkLog(read, query);
        return answerJson({ ok: check.problems.length === 0, ...check });
      },
    }),
  ];
}

function entryRoutes(read: store.Read): Route<Actor>[] {
  const params = z.object({ index: count });
  const one = async (index: number) => {
    const { size } = await latest(read);
    const [row] = index < size ? await store.entries(read, { from: index, end: index + 1, limit: 1 }) : [];
    if (!row) throw refuse("no-such-entry", { index, size });
    return row;
  };
  return [
    own({
      method: "GET",
      path: "/api/ledger/entries",
      id: "list-entries",
      says: "Lists entries in order, all or those about one subject or of one kind.",
      admits,
      query: z.object({
        from: count.default(0),
        limit: z.coerce.number().int().min(1).max(500).default(100),
        subject: z.string().max(200).optional(),
        kind: z.string().max(60).optional(),
      }),
      answers: { 200: { says: "The entries.", json: entriesSchema } },
      async handle({ query: { from, limit, subject, kind } }) {
        const size = (await store.latestCheckpoint(read))?.size ?? 0;
        const rows = await store.entries(read, { from, end: size, limit, subject, kind });
        const hashes = await store.nodes(
          read,
          rows.map(({ position }) => nodeId(0, position)),
        );
        return answerJson({ size, entries: rows.map((row) => entryOf(row, hashes.get(nodeId(0, row.position)))) });
      },
    }),
    own({
      method: "GET",
      path: "/api/ledger/entries/{index}",
      id: "read-entry",
      says: "Gives one entry.",
      admits,
      params,
      answers: { 200: { says: "The entry.", json: entrySchema } },
      handle: async ({ params: { index } }) => answerJson(entryOf(await one(index))),
    }),
    own({
      method: "GET",
      path: "/api/ledger/entries/{index}/salts",
      id: "open-seals",
      says: "Gives the salts with which an entry's seals can be checked against what they are over.",
      admits: { permission: "ledger.open" },
      params,
      answers: { 200: { says: "The salts that are still kept.", json: saltsSchema } },
      async handle({ params: { index } }) {
        const sealed = readLeaf((await one(index)).leaf)?.body["sealed"] ?? {};
        const seals = Object.entries(sealed as Record<string, string>);
        const salts = await store.saltsOf(
          read,
          seals.map(([, seal]) => seal),
        );
        const kept = seals.flatMap(([name, seal]) => {
          const salt = salts.get(seal);
          return salt ? [[name, spellBase64(salt)] as const] : [];
        });
        return answerJson({ salts: Object.fromEntries(kept) });
      },
    }),
  ];
}

function proofRoutes(read: store.Read): Route<Actor>[] {
  return [
    own({
      method: "GET",
      path: "/api/ledger/proof/inclusion",
      id: "prove-inclusion",
      says: "Proves that an entry is in the log of a size (RFC 9162, section 2.1.3); the latest checkpoint's, unless asked otherwise.",
      admits,
      query: z.object({ index: count, size: count.optional() }),
      answers: { 200: { says: "The proof.", json: inclusionSchema } },
      async handle({ query: { index, ...asked } }) {
        const size = await upTo(read, asked.size);
        if (index >= size) throw refuse("no-such-entry", { index, size });
        const path = await proveInclusion(read, index, size);
        const leaf = (await store.nodes(read, [nodeId(0, index)])).get(nodeId(0, index)) ?? new Uint8Array(0);
        const root = spellBase64(await rootAt(read, size));
        return answerJson({ index, size, leafHash: spellBase64(leaf), root, path: path.map(spellBase64) });
      },
    }),
    own({
      method: "GET",
      path: "/api/ledger/proof/consistency",
      id: "prove-consistency",
      says: "Proves that the log of one size is the beginning of the log of another (RFC 9162, section 2.1.4).",
      admits,
      query: z.object({ from: count, to: count.optional() }),
      answers: { 200: { says: "The proof.", json: consistencySchema } },
      async handle({ query: { from, ...asked } }) {
        const to = await upTo(read, asked.to);
        if (from > to) throw refuse("not-in-order", { from, to });
        const [fromRoot, toRoot] = [spellBase64(await rootAt(read, from)), spellBase64(await rootAt(read, to))];
        const path = await proveConsistency(read, from, to);
        return answerJson({ from, fromRoot, to, toRoot, path: path.map(spellBase64) });
      },
    }),
  ];
}

async function latest(read: store.Read) {
  const last = await store.latestCheckpoint(read);
  if (!last) throw refuse("no-checkpoint");
  return last;
}

/** The size that was asked for, or the latest checkpoint's; refused where it is past that. */
async function upTo(read: store.Read, asked: number | undefined): Promise<number> {
  const { size } = await latest(read);
  if (asked !== undefined && asked > size) throw refuse("past-the-end", { asked, size });
  return asked ?? size;
}

function entryOf(
  { position, at, kind, subject, leaf }: Awaited<ReturnType<typeof store.entries>>[number],
  hash = sha256Tree.leaf(Buffer.from(leaf)),
): Entry {
  return { index: position, at, kind, subject, hash: spellBase64(hash), leaf };
}

async function* encoded(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const text of texts) yield Buffer.from(text);
}
