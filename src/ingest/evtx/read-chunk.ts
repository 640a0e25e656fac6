import type { LogRecord, ReadingLimits, ReadingProblem } from "../contract.ts";
import { Budget, decodingLimits } from "./budget.ts";
import { ChunkBytes } from "./chunk-bytes.ts";
import { chunkHeaderSize, chunkSize, readChunkHeader } from "./chunk-header.ts";
import { Damage } from "./damage.ts";
import { type RecordFrame, readRecord, recordFrame, recordSignature } from "./read-record.ts";
import { JsonRenderer } from "./render-json.ts";

export interface ChunkReading {
  readonly records: LogRecord[];
  readonly problems: ReadingProblem[];
  /** The number of the next record in the file. */
  readonly nextIndex: number;
  /** Elements and values looked at, never more than `decodingLimits.chunkNodes`. */
  readonly nodesUsed: number;
}

/** Where a chunk lies: its place in the file in bytes, and the number of its first record. */
export interface ChunkPlace {
  readonly offset: number;
  readonly index: number;
}

/**
 * Reads the records of one chunk, of at most 65,536 bytes. What is broken is reported and passed over; the header and
 * its checksums only help, records are found without them. Pure, and bounded in time and memory.
 */
export function readChunk(
  bytes: Uint8Array,
  place: ChunkPlace,
  limits: Pick<ReadingLimits, "recordBytes" | "depth">,
): ChunkReading {
  const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readChunkHeader(bytes);
  const budget = new Budget({ ...decodingLimits, depth: Math.min(decodingLimits.depth, limits.depth) });
  const renderer = new JsonRenderer(new ChunkBytes(bytes), budget);
  const records: LogRecord[] = [];
  const problems: ReadingProblem[] = [];
  let index = place.index;
  let lastId: bigint | undefined;

  noticeHeader();
  const end = Math.min(chunk.length, header?.recordsEnd ?? chunkSize);
  let position = header === undefined && frameAt(chunkHeaderSize) === undefined ? 0 : chunkHeaderSize;
  while (position < chunk.length) {
    const frame = frameAt(position);
    // After the end that a header gives, older records may lie; but a log that was copied while open can have newer
    // ones there, and those follow on without a gap.
    if (position >= end && (frame === undefined || lastId === undefined || frame.id !== lastId + 1n)) break;
    position = frame === undefined ? passOver(position) : take(frame);
  }
  return { records, problems, nextIndex: index, nodesUsed: budget.nodesUsed };

  /** A frame that can be believed: two marks of three right, the third being that something believable follows. */
  function frameAt(at: number): RecordFrame | undefined {
    const frame = recordFrame(chunk, at);
    if (frame === undefined || (frame.signed && frame.closed)) return frame;
    if (!frame.signed && !frame.closed) return undefined;
    const next = frame.at + frame.size;
    if (next === end) return frame;
    const following = recordFrame(chunk, next);
    return following !== undefined && following.signed && following.closed ? frame : undefined;
  }

  function take(frame: RecordFrame): number {
    const { at, size } = frame;
    const next = at + size;
    lastId = frame.id;
    if (size > limits.recordBytes) {
      lose(at, size, "record-too-long", `it has ${size} bytes, the limit is ${limits.recordBytes}`);
      return next;
    }
    const body = readRecord(renderer, budget, frame);
    if (body instanceof Damage) {
      lose(at, size, body.code, `record ${frame.id} at byte ${body.at} of its chunk: ${body.message}`);
      return next;
    }
    if (!frame.signed || !frame.closed)
      notice(at, "bad-record-frame", `record ${frame.id} has a damaged frame and was read all the same`);
    records.push({ index, offset: place.offset + at, length: size, format: "evtx", body });
    index++;
    return next;
  }

  /** Reports the bytes up to the next believable record, and gives its place. */
  function passOver(from: number): number {
    const next = nextFrame(from + 1);
    const to = next ?? end;
    if (
      next === undefined &&
      isZero(from, end) &&
      (header === undefined || !header.headerChecksumHolds || lastId === undefined || lastId === header.lastRecordId)
    ) {
      // Exported logs give the chunk's end as the records' end, and fill up with zeros.
      return end;
    }
    lose(
      from,
      to - from,
      "bad-record",
      `no record can be read in ${to - from} bytes; reading goes on ${next === undefined ? "with the next chunk" : `at ${place.offset + to}`}`,
    );
    return to;
  }

  function nextFrame(from: number): number | undefined {
    for (
      let at = chunk.indexOf(recordSignature, from, "latin1");
      at >= 0 && at < end;
      at = chunk.indexOf(recordSignature, at + 1, "latin1")
    ) {
      const frame = recordFrame(chunk, at);
      if (
        frame?.signed &&
        frame.closed &&
        (header?.recordsEnd !== undefined || lastId === undefined || frame.id > lastId)
      )
        return at;
    }
    return undefined;
  }

  function isZero(from: number, to: number): boolean {
    for (let at = from; at < to; at++) if (chunk[at] !== 0) return false;
    return true;
  }

  function noticeHeader(): void {
    if (header === undefined) {
      notice(0, "bad-chunk", "a chunk should begin here and does not; its bytes are searched for records");
    } else if (!header.headerChecksumHolds) {
      notice(0, "bad-checksum", "the chunk's header does not fit its checksum; its records are read all the same");
    } else if (!header.recordsChecksumHolds) {
      notice(0, "bad-checksum", "the chunk's records do not fit their checksum; they are read all the same");
    }
  }

  function notice(at: number, code: string, message: string): void {
    problems.push({ index, offset: place.offset + at, length: 0, code, message, wasRead: true });
  }

  function lose(at: number, length: number, code: string, message: string): void {
    problems.push({ index, offset: place.offset + at, length, code, message, wasRead: false });
    index++;
  }
}
