import { open, stat } from "node:fs/promises";
import { cutLines, openPath, readPiece, sniff, standardInput, type LogInput, type ReadingLimits } from "#ingest";
import type { ScanTask } from "./task.ts";

/** Bytes of one stretch of a large file: small enough to spread evenly, large enough that starting on it costs nothing. */
const stretchBytes = 16 * 1024 * 1024;
/** Bytes of one stretch that is cut here and handed over; some of them are on their way at any time. */
const cutBytes = 4 * 1024 * 1024;
/** A packed file below this size is left to one worker whole. */
const worthCutting = 512 * 1024;
/** What `sniff` is shown of a log. */
const headBytes = 64 * 1024;

/**
 * Cuts a log into stretches for several workers where its format allows it: a plain file by byte ranges, which the workers
 * read themselves; a packed file or standard input (`-`) into whole lines, unpacked here. Any other log is one stretch.
 * `now` (ms since 1970) stands for when standard input was written.
 */
export async function* planLog(
  path: string,
  limits: Partial<ReadingLimits>,
  signal: AbortSignal,
  now?: number,
): AsyncGenerator<ScanTask> {
  if (path === "-") {
    yield* planStandardInput(limits, signal, now);
    return;
  }
  const { size, mtimeMs: written } = await stat(path);
  const whole = { kind: "file", name: path, path, written } as const;
  if (size < worthCutting) {
    yield whole;
    return;
  }
  const { format, compression, splittable, cuttable } = sniff(await headOf(path));
  if (splittable && size > stretchBytes * 1.5) {
    for (let start = 0; start < size; start += stretchBytes) {
      yield { ...whole, format, start, end: Math.min(start + stretchBytes, size) };
    }
  } else if (compression !== undefined && cuttable) yield* cut(openPath(path), whole, limits, signal);
  else yield whole;
}

async function* planStandardInput(
  limits: Partial<ReadingLimits>,
  signal: AbortSignal,
  now: number | undefined,
): AsyncGenerator<ScanTask> {
  const pieces: Uint8Array[] = [];
  for (let length = 0; length < headBytes;) {
    const piece = await readPiece(headBytes, signal);
    if (piece.length === 0) break;
    pieces.push(piece);
    length += piece.length;
  }
  const head = Buffer.concat(pieces);
  const written = now === undefined ? {} : { written: now };
  const rest: ScanTask = { kind: "stream", name: "stdin", head: new Uint8Array(head), ...written };
  if (sniff(head).cuttable) yield* cut(standardInput(head), rest, limits, signal);
  else yield rest;
}

async function* cut(
  input: LogInput,
  whole: ScanTask,
  limits: Partial<ReadingLimits>,
  signal: AbortSignal,
): AsyncGenerator<ScanTask> {
  const { name } = input;
  const written = "written" in whole && { written: whole.written };
  const lines = await cutLines(input, { limits, size: cutBytes, signal });
  if (!lines) {
    yield whole;
    return;
  }
  let before = 0;
  for await (const piece of lines.pieces) {
    const consumed = piece.consumed - before;
    before = piece.consumed;
    if (piece.kind === "lost") yield { kind: "lost", name, problem: piece.problem, consumed };
    else {
      const { bytes, offset } = piece;
      yield { kind: "bytes", name, format: lines.format, bytes, offset, consumed, ...written };
    }
  }
}

async function headOf(path: string): Promise<Uint8Array> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
  return buffer.subarray(0, bytesRead);
}
