/**
 * Headers of tar archives, POSIX.1-2017 pax interchange format (with ustar blocks): what a backup needs of it, so that
 * any tar can list and unpack one. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html
 */
import { fail, ok, type Result } from "#kernel";

export const blockBytes = 512;

export type TarEntry =
  | {
      readonly kind: "file";
      readonly path: string;
      readonly size: number;
      /** Seconds since 1970. */ readonly mtime: number;
    }
  | { readonly kind: "link"; readonly path: string; readonly target: string };

/** What a block says: an entry, records for the entry after it, the end, or that it is none. */
export type TarBlock =
  | { readonly kind: "entry"; readonly entry: TarEntry }
  | { readonly kind: "records"; readonly size: number }
  | { readonly kind: "end" };

const text = new TextEncoder();
const fromText = new TextDecoder("utf-8", { fatal: true });

/** The blocks in front of an entry's bytes: one, or three where ustar's fields are too small for it. */
export function spellTarHeader(entry: TarEntry): Uint8Array {
  const target = entry.kind === "link" ? entry.target : "";
  const size = entry.kind === "file" ? entry.size : 0;
  const records: [string, string][] = [];
  if (bytesOf(entry.path) > 100) records.push(["path", entry.path]);
  if (bytesOf(target) > 100) records.push(["linkpath", target]);
  if (size > largestSize) records.push(["size", String(size)]);
  const plain = block(entry.kind === "file" ? "0" : "2", {
    path: entry.path,
    target,
    size: Math.min(size, largestSize),
    mtime: entry.kind === "file" ? entry.mtime : 0,
  });
  if (records.length === 0) return plain;
  const body = text.encode(records.map(([key, value]) => spellRecord(key, value)).join(""));
  const padded = new Uint8Array(Math.ceil(body.length / blockBytes) * blockBytes);
  padded.set(body);
  return joined([block("x", { path: "pax", target: "", size: body.length, mtime: 0 }), padded, plain]);
}

/** Two empty blocks. */
export const tarEnd: Uint8Array = new Uint8Array(2 * blockBytes);

/** How many bytes follow an entry's own to fill its last block. */
export function paddingOf(size: number): number {
  return (blockBytes - (size % blockBytes)) % blockBytes;
}

/** Reads a block; `records` are what came before it. `checksum` and `kind` are what a block can be wrong in. */
export function readTarBlock(
  bytes: Uint8Array,
  records: Readonly<Record<string, string>> = {},
): Result<TarBlock, "checksum" | "kind" | "field"> {
  if (bytes.every((byte) => byte === 0)) return ok({ kind: "end" });
  if (readOctal(bytes.subarray(148, 156)) !== sumOf(bytes)) return fail("checksum");
  const size = records["size"] === undefined ? readOctal(bytes.subarray(124, 136)) : readSize(records["size"]);
  const mtime = readOctal(bytes.subarray(136, 148));
  const path = records["path"] ?? readText(bytes.subarray(0, 100));
  const target = records["linkpath"] ?? readText(bytes.subarray(157, 257));
  if (size === undefined || mtime === undefined || path === undefined || target === undefined) return fail("field");
  switch (bytes[156]) {
    case 0x30:
      return ok({ kind: "entry", entry: { kind: "file", path, size, mtime } });
    case 0x32:
      return ok({ kind: "entry", entry: { kind: "link", path, target } });
    case 0x78:
      return ok({ kind: "records", size });
    default:
      return fail("kind");
  }
}

/** `21 path=a/b\n`, where the number counts the whole record in bytes, itself too. */
export function readTarRecords(bytes: Uint8Array): Result<Record<string, string>, "records"> {
  const records: Record<string, string> = {};
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const digits = space < 0 || space - at > 6 ? "" : String.fromCharCode(...bytes.subarray(at, space));
    const end = at + (/^[1-9]\d*$/.test(digits) ? Number(digits) : 0);
    if (end <= space + 1 || end > bytes.length || bytes[end - 1] !== 0x0a) return fail("records");
    const record = decoded(bytes.subarray(space + 1, end - 1));
    const equals = record?.indexOf("=") ?? -1;
    if (record === undefined || equals < 1) return fail("records");
    records[record.slice(0, equals)] = record.slice(equals + 1);
    at = end;
  }
  return ok(records);
}

const largestSize = 0o777_7777_7777;

function block(
  type: "0" | "2" | "x",
  { path, target, size, mtime }: { path: string; target: string; size: number; mtime: number },
): Uint8Array {
  const bytes = new Uint8Array(blockBytes);
  const put = (at: number, value: string) => bytes.set(text.encode(value), at);
  bytes.set(cut(path), 0);
  put(100, "0000600\0");
  put(108, "0000000\0");
  put(116, "0000000\0");
  put(124, `${size.toString(8).padStart(11, "0")}\0`);
  put(136, `${Math.max(0, Math.min(mtime, largestSize)).toString(8).padStart(11, "0")}\0`);
  put(156, type);
  bytes.set(cut(target), 157);
  put(257, "ustar\x0000");
  put(148, `${sumOf(bytes).toString(8).padStart(6, "0")}\0 `);
  return bytes;
}

/** The whole text where it fits; else what a reader without pax sees. */
function cut(value: string): Uint8Array {
  return text.encode(value).subarray(0, 100);
}

/** Over all bytes, those of the checksum itself counted as spaces. */
function sumOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);
}

function readOctal(field: Uint8Array): number | undefined {
  const digits = /^ *([0-7]{1,11})[ \0]*$/.exec(String.fromCharCode(...field))?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 8);
}

function readSize(digits: string): number | undefined {
  return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}

function readText(field: Uint8Array): string | undefined {
  const end = field.indexOf(0);
  return decoded(end < 0 ? field : field.subarray(0, end));
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return fromText.decode(bytes);
  } catch {
    return undefined;
  }
}

function spellRecord(key: string, value: string): string {
  const rest = bytesOf(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (String(length).length !== String(rest).length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

function bytesOf(value: string): number {
  return text.encode(value).length;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
