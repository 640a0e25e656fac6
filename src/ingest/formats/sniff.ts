import { gunzipSync, zstdDecompressSync, constants } from "node:zlib";
import type { FormatName } from "../contract.ts";
import type { Compression } from "./inflate.ts";
import { sniffJson } from "./sniff-json.ts";
import { sniffLines } from "./sniff-lines.ts";
import { countsOctets } from "./read-syslog.ts";
import { decodeUtf16, utf16Of } from "./utf16.ts";

/** First bytes of a file that are looked at: enough for some dozens of records, and always the same for the same file. */
export const sniffBytes = 64 * 1024;

export interface Sniffed {
  readonly compression?: Compression;
  readonly format: FormatName;
  /** Whether `readLog` takes byte ranges of the file, so that several readers can share it. */
  readonly splittable: boolean;
  /** Whether records can be told apart by line ends alone, once unpacked (`cutLines`). */
  readonly cuttable: boolean;
}

const lineBased: ReadonlySet<FormatName> = new Set(["ndjson", "syslog", "cef", "leef", "access-log", "text"]);

/** Recognises a file by its first bytes (64 KiB, or all of a smaller file); its name plays no part. */
export function sniff(head: Uint8Array): Sniffed {
  const bytes = asBuffer(head).subarray(0, sniffBytes);
  const compression = compressionOf(bytes);
  if (compression !== undefined) {
    let plain = unpackHead(bytes, compression);
    const inner = compressionOf(plain);
    if (inner !== undefined) plain = unpackHead(plain, inner);
    return { ...sniffPlain(plain), compression, splittable: false };
  }
  return sniffPlain(bytes);
}

/** As `sniff`, of bytes that are known not to be packed. */
export function sniffPlain(head: Buffer): Sniffed {
  const bytes = head.subarray(0, sniffBytes);
  if (bytes.subarray(0, 8).equals(evtxMagic)) return { format: "evtx", splittable: false, cuttable: false };
  const encoding = utf16Of(bytes);
  const text = withoutMark(encoding === undefined ? bytes : decodeUtf16(bytes, encoding));
  const format = sniffJson(text) ?? sniffLines(text);
  const splittable = isSplittable(bytes, format);
  return { format, splittable, cuttable: splittable };
}

/** Whether a file with these first bytes, not packed, can be read as this format in ranges. */
export function isSplittable(head: Buffer, format: FormatName): boolean {
  return lineBased.has(format) && utf16Of(head) === undefined && !(format === "syslog" && countsOctets(head));
}

const evtxMagic = Buffer.from("ElfFile\0", "latin1");

export function compressionOf(head: Uint8Array): Compression | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return "gzip";
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return "zstd";
  // A skippable frame may lead a Zstandard file (pzstd does so).
  if ((head[0]! & 0xf0) === 0x50 && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18) return "zstd";
  return undefined;
}

export function withoutMark(text: Buffer): Buffer {
  return text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf ? text.subarray(3) : text;
}

function unpackHead(head: Buffer, compression: Compression): Buffer {
  // No more than what is needed, whatever the bytes claim; a cut end is expected.
  for (let packed = head; packed.length >= 64; packed = packed.subarray(0, packed.length >> 1)) {
    try {
      return compression === "gzip"
        ? gunzipSync(packed, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 256 * sniffBytes })
        : zstdDecompressSync(packed, { finishFlush: constants.ZSTD_e_continue, maxOutputLength: 256 * sniffBytes });
    } catch {
      // Damaged or larger than allowed within this head: a shorter one may do.
    }
  }
  return Buffer.alloc(0);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
