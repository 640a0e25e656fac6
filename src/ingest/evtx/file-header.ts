import { crc32 } from "node:zlib";

export const fileHeaderSize = 4096;

/** What a file says of itself (libyal, "File header"). */
export interface FileHeader {
  readonly chunkCount: number;
  /** The file was copied while Windows was writing it, or was not closed: its header may be older than its chunks. */
  readonly notClosed: boolean;
  readonly checksumHolds: boolean;
}

/** Nothing when the bytes don't begin as an event log, or are too few. */
export function readFileHeader(bytes: Uint8Array): FileHeader | undefined {
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (header.length < 128 || header.toString("latin1", 0, 8) !== "ElfFile\0") return undefined;
  return {
    chunkCount: header.readUInt16LE(42),
    notClosed: (header.readUInt32LE(120) & 1) !== 0,
    checksumHolds: crc32(header.subarray(0, 120)) === header.readUInt32LE(124),
  };
}
