import type { FormatName, LogInput, ReadingLimits, ReadingProblem } from "./contract.ts";
import type { ByteSource } from "./formats/byte-source.ts";
import { openPlain } from "./formats/open-plain.ts";
import { isSplittable, sniffPlain } from "./formats/sniff.ts";
import { tooLong } from "./formats/reading.ts";
import { defaultLimits } from "./read-log.ts";

/** Whole lines of a log that only one reader can unpack, for others to read. */
export interface CutLines {
  readonly format: FormatName;
  readonly pieces: AsyncGenerator<CutPiece>;
}

export type CutPiece =
  | {
      readonly kind: "lines";
      /** In a buffer of its own; ends with a line end, but for the last. */
      readonly bytes: Uint8Array<ArrayBuffer>;
      /** Of the first byte in the plain bytes. */
      readonly offset: number;
      /** Bytes on disk consumed so far. */
      readonly consumed: number;
    }
  /** A line that is too long, or the reason why the bytes ended early; it takes a record number. */
  | { readonly kind: "lost"; readonly problem: ReadingProblem; readonly consumed: number };

/**
 * Cuts a packed or streamed log into pieces of about `size` bytes at line ends, if its format allows records to be told
 * apart by line ends alone (`sniff` says so beforehand); `undefined` if it doesn't.
 */
export async function cutLines(
  input: LogInput,
  options: { readonly limits?: Partial<ReadingLimits>; readonly size: number; readonly signal?: AbortSignal },
): Promise<CutLines | undefined> {
  const limits = { ...defaultLimits, ...options.limits };
  const { size, signal } = options;
  const plain = await openPlain(input, { limits, start: 0, signal });
  const { format } = sniffPlain(plain.head);
  if (!isSplittable(plain.head, format)) {
    await plain[Symbol.asyncDispose]();
    return undefined;
  }
  const { source, position } = plain;
  return { format, pieces: cut(source, position, size, limits.recordBytes) };
}

const newline = 10;
const pieceBytes = 256 * 1024;

async function* cut(source: ByteSource, position: number, size: number, recordBytes: number): AsyncGenerator<CutPiece> {
  await using _ = source;
  let held = Buffer.allocUnsafeSlow(size + pieceBytes);
  let end = 0;
  /** Address of `held[0]`. */
  let offset = position;
  /** Bytes of a line that is being passed over. */
  let passed = 0;

  function take(length: number): CutPiece {
    const bytes = new Uint8Array(held.subarray(0, length));
    held.copy(held, 0, length, end);
    end -= length;
    offset += length;
    return { kind: "lines", bytes, offset: offset - length, consumed: source.consumed };
  }
  function lost(at: number, length: number, code: string, message: string): CutPiece {
    return {
      kind: "lost",
      problem: { index: 0, offset: at, length, code, message, wasRead: false },
      consumed: source.consumed,
    };
  }

  for (;;) {
    if (held.length - end < pieceBytes) held = grown(held, end);
    const got = await source.read(held, end);
    if (got === 0) break;
    end += got;
    if (passed > 0) {
      const stop = held.subarray(0, end).indexOf(newline);
      const gone = stop < 0 ? end : stop;
      passed += gone;
      if (stop >= 0) yield lost(offset + gone - passed, passed, "record-too-long", tooLong(passed, recordBytes));
      held.copy(held, 0, gone, end);
      end -= gone;
      offset += gone;
      if (stop < 0) continue;
      passed = 0;
    }
    if (end < size) continue;
    const last = held.lastIndexOf(newline, end - 1);
    if (last >= 0) yield take(last + 1);
    else if (end > recordBytes + 1) {
      passed = end;
      offset += end;
      end = 0;
    }
  }
  if (passed > 0) yield lost(offset - passed, passed, "record-too-long", tooLong(passed, recordBytes));
  // A line that the cut of a damaged file goes through is part of that damage, and no record of its own.
  const whole = source.fault ? held.subarray(0, end).lastIndexOf(newline) + 1 : end;
  if (whole > 0) yield take(whole);
  if (source.fault) yield lost(offset, end, source.fault.code, source.fault.message);
}

function grown(held: Buffer, end: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafeSlow(held.length * 2);
  held.copy(larger, 0, 0, end);
  return larger;
}
