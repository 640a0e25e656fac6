import { z } from "zod";

const size = z.int().min(0);
const hash = z.string().length(44).describe("32 bytes in base64.");

/** A place in the log, or its length, as a query writes it. */
export const count = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export const entrySchema = z.object({
  index: size.describe("Its place in the log, from 0."),
  at: z.int().describe("Milliseconds since 1970-01-01T00:00:00Z."),
  kind: z.string(),
  subject: z.string(),
  hash: hash.describe("The leaf's hash in the tree."),
  leaf: z.string().describe("The entry's exact text: its UTF-8 bytes are what was hashed."),
});
export type Entry = z.output<typeof entrySchema>;

export const entriesSchema = z.object({
  size: size.describe("What the latest checkpoint is over."),
  entries: z.array(entrySchema),
});

export const keysSchema = z.object({
  origin: z.string(),
  key: z.string().describe("What checkpoints are signed with now, as name+hash+base64."),
  keys: z.array(z.object({ key: z.string(), sinceSize: size, since: z.int(), endedAt: z.int().optional() })),
});

export const inclusionSchema = z.object({ index: size, size, leafHash: hash, root: hash, path: z.array(hash) });
export const consistencySchema = z.object({ from: size, fromRoot: hash, to: size, toRoot: hash, path: z.array(hash) });

export const saltsSchema = z.object({
  salts: z.record(z.string(), hash).describe("The name of each seal whose salt is still kept → the salt."),
});

export const checkSchema = z.object({
  ok: z.boolean(),
  size,
  entriesChecked: z.int(),
  checkpointsChecked: z.int(),
  problems: z.array(z.string()),
});

const place = z.int().min(0);

/** Where a piece of an export begins. */
export const pieceSchema = z.union([z.object({ from: place }), z.object({ at: place, size: place })]);

/** A piece of an export, and where the next one begins. */
export const exportedPiece = z.object({ text: z.string(), next: z.object({ at: place, size: place }).optional() });
