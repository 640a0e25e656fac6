import type { LogInput, ReadingLimits, ReadingProblem, RecordBatch } from "../contract.ts";
import { ChunkWindow } from "./chunk-window.ts";
import { chunkHeaderSize, chunkSize, findChunk, readChunkHeader } from "./chunk-header.ts";
import { fileHeaderSize, readFileHeader } from "./file-header.ts";
import { readChunk } from "./read-chunk.ts";

/**
 * Reads a Windows event log (EVTX), one chunk of 64 KiB in memory at a time, one batch a chunk. Bodies have the shape of
 * evtx_dump's JSON. Nothing that the bytes hold makes it throw; what the input's own stream throws, and an aborted
 * `signal`, come through.
 */
export async function* readEvtx(
  input: LogInput,
  limits: Pick<ReadingLimits, "recordBytes" | "depth">,
  signal?: AbortSignal,
): AsyncGenerator<RecordBatch> {
  const window = new ChunkWindow(input.open(signal), chunkSize + chunkHeaderSize);
  try {
    let index = 0;
    const { problems, chunkCount } = await readHead(window);
    if (problems.length > 0) yield { records: [], problems, consumed: window.offset };
    for (let number = 0; (await window.fill()) > 0; number++) {
      signal?.throwIfAborted();
      const offset = window.offset;
      const bytes = nextChunk(window.bytes);
      if (isZero(bytes)) {
        const lost = number < chunkCount ? [emptyChunk(index, offset, bytes.length)] : [];
        index += lost.length;
        window.drop(bytes.length);
        yield { records: [], problems: lost, consumed: window.offset };
        continue;
      }
      const reading = readChunk(bytes, { offset, index }, limits);
      index = reading.nextIndex;
      const cut = bytes.length < chunkSize ? [cutChunk(index, offset + bytes.length, bytes.length)] : [];
      window.drop(bytes.length);
      yield { records: reading.records, problems: [...reading.problems, ...cut], consumed: window.offset };
    }
  } finally {
    await window.close();
  }
}

async function readHead(window: ChunkWindow): Promise<{ problems: ReadingProblem[]; chunkCount: number }> {
  await window.fill();
  const header = readFileHeader(window.bytes);
  const problems: ReadingProblem[] = [];
  if (header === undefined) {
    problems.push(
      notice("bad-file-header", "the file does not begin as an event log does; it is searched for chunks all the same"),
    );
  } else if (!header.checksumHolds) {
    problems.push(
      notice("bad-checksum", "the file's header does not fit its checksum; its chunks are read all the same"),
    );
  }
  if (header?.notClosed) {
    problems.push(
      notice(
        "not-closed",
        "the log was not closed when it was copied; all chunks that are there are read, whatever its header says",
      ),
    );
  }
  // A chunk alone, without a file around it, is read too.
  if (readChunkHeader(window.bytes) === undefined) {
    if (window.bytes.length < fileHeaderSize)
      problems.push({ ...notice("truncated", "the file ends within its header"), wasRead: false });
    window.drop(Math.min(fileHeaderSize, window.bytes.length));
  }
  return { problems, chunkCount: header?.checksumHolds && !header.notClosed ? header.chunkCount : 0 };
}

/**
 * The bytes up to where the next chunk begins: 65,536 of them, unless bytes were lost or put in on the way there. Then a
 * chunk with a right header begins earlier, and reading falls into step with it.
 */
function nextChunk(bytes: Uint8Array): Uint8Array {
  const header = readChunkHeader(bytes);
  const size = findChunk(bytes, header?.recordsChecksumHolds ? (header.recordsEnd ?? 1) : 1) ?? chunkSize;
  return bytes.subarray(0, Math.min(size, chunkSize));
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

function notice(code: string, message: string): ReadingProblem {
  return { index: 0, offset: 0, length: 0, code, message, wasRead: true };
}

function emptyChunk(index: number, offset: number, length: number): ReadingProblem {
  const message = `${length} bytes of zeros lie where the file's header says that a chunk is in use`;
  return { index, offset, length, code: "empty-chunk", message, wasRead: false };
}

function cutChunk(index: number, offset: number, length: number): ReadingProblem {
  const message = `a chunk has ${chunkSize} bytes and this one ends after ${length}; what is there was read`;
  return { index, offset, length: 0, code: "truncated", message, wasRead: true };
}
