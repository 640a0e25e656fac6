import { crc32 } from "node:zlib";

export const chunkSize = 0x10000;
export const chunkHeaderSize = 512;
const signature = "ElfChnk\0";

/** What a chunk says of itself (libyal, "Chunk header"); none of it is believed without need. */
export interface ChunkHeader {
  readonly lastRecordId: bigint;
  /** Where its records end, in bytes from its start; undefined when the header's checksum or the number is wrong. */
  readonly recordsEnd: number | undefined;
  readonly headerChecksumHolds: boolean;
  readonly recordsChecksumHolds: boolean;
}

/** Nothing when there is no chunk header at `at`. */
export function readChunkHeader(bytes: Uint8Array, at = 0): ChunkHeader | undefined {
  const chunk = Buffer.from(bytes.buffer, bytes.byteOffset + at, Math.min(chunkSize, bytes.byteLength - at));
  if (chunk.length < chunkHeaderSize || chunk.toString("latin1", 0, 8) !== signature) return undefined;
  const checksum = crc32(chunk.subarray(128, chunkHeaderSize), crc32(chunk.subarray(0, 120)));
  const headerChecksumHolds = checksum === chunk.readUInt32LE(124);
  const end = chunk.readUInt32LE(48);
  const recordsEnd = headerChecksumHolds && end >= chunkHeaderSize && end <= chunkSize ? end : undefined;
  return {
    lastRecordId: chunk.readBigUInt64LE(32),
    recordsEnd,
    headerChecksumHolds,
    recordsChecksumHolds:
      recordsEnd !== undefined &&
      recordsEnd <= chunk.length &&
      crc32(chunk.subarray(chunkHeaderSize, recordsEnd)) === chunk.readUInt32LE(52),
  };
}

/** The first place from `from` on where a chunk with a right header begins; for files that lost or gained bytes. */
export function findChunk(bytes: Uint8Array, from: number): number | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = buffer.indexOf(signature, from, "latin1"); at >= 0; at = buffer.indexOf(signature, at + 1, "latin1")) {
    if (readChunkHeader(bytes, at)?.headerChecksumHolds) return at;
  }
  return undefined;
}
