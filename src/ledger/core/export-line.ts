import { readHash, spellBase64 } from "./base64.ts";

/**
 * An export is NDJSON. Its first line says what it is:
 *
 *     {"export":"meridian-ledger","version":1,"origin":"…","keys":["…"],"from":0,"size":3,"before":[]}
 *
 * then comes a line for each entry, from `from` up to `size`: the leaf's exact bytes behind their hash in the tree,
 *
 *     {"hash":"…","leaf":{"at":1769832000000,…}}
 *
 * and between them and at the end checkpoints, each after the entries that it is over:
 *
 *     {"checkpoint":"…a signed note…"}
 *
 * `before` are the hashes of the complete nodes over the entries before `from`, largest first.
 */
export interface ExportHead {
  readonly origin: string;
  /** Every key that has signed, as name+hash+base64. Whoever verifies knows better which to trust. */
  readonly keys: readonly string[];
  readonly from: number;
  readonly size: number;
  readonly before: readonly Uint8Array[];
}

export type ExportLine =
  | { readonly kind: "entry"; readonly hash: Uint8Array; readonly leaf: string }
  | { readonly kind: "checkpoint"; readonly note: string };

/** Characters of one line: a leaf of 64 KiB, or a note, with what is around it. */
export const longestLine = 128 * 1024;

export function spellHead({ before, ...head }: ExportHead): string {
  return `${JSON.stringify({ export: "meridian-ledger", version: 1, ...head, before: before.map(spellBase64) })}\n`;
}

export function spellLine(line: ExportLine): string {
  if (line.kind === "checkpoint") return `${JSON.stringify({ checkpoint: line.note })}\n`;
  return `{"hash":"${spellBase64(line.hash)}","leaf":${line.leaf}}\n`;
}

/** Reads a first line as `spellHead` writes it, without its newline; `undefined` for every other text. */
export function readHead(line: string): ExportHead | undefined {
  const read = readObject(line);
  if (read?.["export"] !== "meridian-ledger" || read["version"] !== 1) return undefined;
  const { origin, keys, from, size, before } = read;
  if (typeof origin !== "string" || !isSize(from) || !isSize(size) || from > size) return undefined;
  if (!isTexts(keys) || !isTexts(before) || keys.length > 1_000 || before.length > 60) return undefined;
  const hashes = before.map(readHash);
  if (!hashes.every((hash) => hash !== undefined)) return undefined;
  const head = { origin, keys, from, size, before: hashes };
  return spellHead(head) === `${line}\n` ? head : undefined;
}

/** Reads any later line as `spellLine` writes it, without its newline; `undefined` for every other text. */
export function readLine(line: string): ExportLine | undefined {
  const hash = line.startsWith(entryHead) && line.slice(hashEnd, leafStart) === leafHead && line.endsWith("}");
  if (hash) {
    const bytes = readHash(line.slice(entryHead.length, hashEnd));
    return bytes && { kind: "entry", hash: bytes, leaf: line.slice(leafStart, -1) };
  }
  const note = readObject(line)?.["checkpoint"];
  if (typeof note !== "string") return undefined;
  const read: ExportLine = { kind: "checkpoint", note };
  return spellLine(read) === `${line}\n` ? read : undefined;
}

/** Fixed places, so that a leaf's bytes can be cut out of a line without reading JSON. */
const entryHead = `{"hash":"`;
const leafHead = `","leaf":`;
const hashEnd = entryHead.length + 44;
const leafStart = hashEnd + leafHead.length;

function readObject(line: string): Record<string, unknown> | undefined {
  try {
    const read: unknown = JSON.parse(line);
    return typeof read === "object" && read !== null && !Array.isArray(read)
      ? (read as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}
