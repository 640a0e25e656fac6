import { crc32 } from "node:zlib";
import { BinXmlWriter, type Instance } from "./bin-xml-writer.ts";

/** One event record, as tests describe it. */
export interface RecordDraft {
  readonly id: number;
  /** 100 ns since 1601. */
  readonly time: bigint;
  readonly event: Instance;
}

/**
 * Writes an event log as Windows does: a header of 4 KiB, chunks of 64 KiB with their own names and templates, all
 * checksums right. `perChunk` closes a chunk early. Made from libyal's description of the format, for tests and benches.
 */
export function writeEvtx(records: Iterable<RecordDraft>, perChunk = Number.POSITIVE_INFINITY): Buffer {
  const chunks: ChunkWriter[] = [];
  let nextId = 1;
  for (const record of records) {
    let chunk = chunks.at(-1);
    if (chunk === undefined || chunk.count >= perChunk || !chunk.add(record)) {
      chunk = new ChunkWriter();
      chunks.push(chunk);
      if (!chunk.add(record)) throw new Error(`record ${record.id} is too big for a chunk`);
    }
    nextId = record.id + 1;
  }
  return Buffer.concat([fileHeader(chunks.length, nextId), ...chunks.map((chunk) => chunk.close())]);
}

function fileHeader(chunkCount: number, nextRecordId: number): Buffer {
  const header = Buffer.alloc(4096);
  header.write("ElfFile\0", 0, "latin1");
  header.writeBigUInt64LE(BigInt(Math.max(0, chunkCount - 1)), 16);
  header.writeBigUInt64LE(BigInt(nextRecordId), 24);
  header.writeUInt32LE(128, 32);
  header.writeUInt16LE(1, 36);
  header.writeUInt16LE(3, 38);
  header.writeUInt16LE(4096, 40);
  header.writeUInt16LE(chunkCount, 42);
  header.writeUInt32LE(crc32(header.subarray(0, 120)), 124);
  return header;
}

class ChunkWriter {
  count = 0;
  #bytes = Buffer.alloc(0x10000);
  #writer = new BinXmlWriter(this.#bytes, 512);
  #first = 0;
  #last = 0;
  #lastAt = 512;

  /** false: it doesn't fit, and nothing was written. */
  add({ id, time, event }: RecordDraft): boolean {
    const undo = this.#writer.mark();
    const at = this.#writer.position;
    try {
      this.#writer.skip(24);
      this.#writer.fragment({ instance: event });
      this.#writer.align(8, 4);
      const size = this.#writer.position + 4 - at;
      this.#writer.u32(size);
      this.#bytes.write("**\0\0", at, "latin1");
      this.#bytes.writeUInt32LE(size, at + 4);
      this.#bytes.writeBigUInt64LE(BigInt(id), at + 8);
      this.#bytes.writeBigUInt64LE(time, at + 16);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      undo();
      return false;
    }
    if (this.count++ === 0) this.#first = id;
    this.#last = id;
    this.#lastAt = at;
    return true;
  }

  close(): Buffer {
    const bytes = this.#bytes;
    const end = this.#writer.position;
    bytes.write("ElfChnk\0", 0, "latin1");
    for (const [at, id] of [
      [8, this.#first],
      [16, this.#last],
      [24, this.#first],
      [32, this.#last],
    ] as const)
      bytes.writeBigUInt64LE(BigInt(id), at);
    bytes.writeUInt32LE(128, 40);
    bytes.writeUInt32LE(this.#lastAt, 44);
    bytes.writeUInt32LE(end, 48);
    bytes.writeUInt32LE(crc32(bytes.subarray(512, end)), 52);
    for (const [bucket, at] of this.#writer.nameBuckets) bytes.writeUInt32LE(at, 128 + bucket * 4);
    for (const [bucket, at] of this.#writer.templateBuckets) bytes.writeUInt32LE(at, 384 + bucket * 4);
    bytes.writeUInt32LE(crc32(bytes.subarray(128, 512), crc32(bytes.subarray(0, 120))), 124);
    return bytes;
  }
}

/** Puts the chunk checksums of a changed log right again, so that a test reaches what lies behind them. */
export function reseal(log: Buffer): void {
  for (let at = 4096; at + 0x10000 <= log.length; at += 0x10000) {
    const chunk = log.subarray(at, at + 0x10000);
    const end = chunk.readUInt32LE(48);
    if (end >= 512 && end <= 0x10000) chunk.writeUInt32LE(crc32(chunk.subarray(512, end)), 52);
    chunk.writeUInt32LE(crc32(chunk.subarray(128, 512), crc32(chunk.subarray(0, 120))), 124);
  }
}
