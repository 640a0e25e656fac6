import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { type FormatName, sniff, sniffBytes } from "#ingest";

/** Bytes of a file's beginning that tell it from others. */
const printBytes = 1_024;

export async function printOf(file: FileHandle, bytes: number): Promise<{ print: string; printBytes: number }> {
  const head = await readAt(file, 0, Math.min(bytes, printBytes));
  return { print: createHash("sha256").update(head).digest("hex"), printBytes: head.length };
}

export async function readAt(file: FileHandle, from: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let end = 0;
  while (end < length) {
    const { bytesRead } = await file.read(bytes, end, length - end, from + end);
    if (bytesRead === 0) break;
    end += bytesRead;
  }
  return end === length ? bytes : bytes.slice(0, end);
}

/** How a file is read on: line by line, with the lines of its beginning that tell what the others mean. */
export interface FileForm {
  readonly format: FormatName;
  readonly header: Uint8Array<ArrayBuffer>;
}

/** Formats whose records are lines. */
const byLine: ReadonlySet<FormatName> = new Set(["ndjson", "syslog", "cef", "leef", "access-log", "text", "auditd"]);

/** Told by the first bytes, or as somebody said; undefined where a file can't be read on as it grows: packed, binary, one large JSON. */
export async function formOf(file: FileHandle, format: FormatName | undefined): Promise<FileForm | undefined> {
  const head = await readAt(file, 0, sniffBytes);
  const sniffed = sniff(head);
  if (sniffed.compression !== undefined) return undefined;
  const form = format ?? sniffed.format;
  if (byLine.has(form)) return { format: form, header: new Uint8Array() };
  if (form === "csv") return { format: form, header: head.slice(0, head.indexOf(10) + 1) };
  if (form === "w3c" || form === "zeek") return { format: form, header: head.slice(0, commentsEnd(head)) };
  return undefined;
}

/** Behind the lines at the beginning that start with `#`. */
function commentsEnd(head: Uint8Array): number {
  let end = 0;
  while (head[end] === 35) {
    const stop = head.indexOf(10, end);
    if (stop < 0) return head.length;
    end = stop + 1;
  }
  return end;
}
