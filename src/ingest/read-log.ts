import type { FormatName, LogInput, ReadingLimits, RecordBatch } from "./contract.ts";
import { readEvtx } from "./evtx/read-evtx.ts";
import { Batching } from "./formats/batching.ts";
import type { ByteSource } from "./formats/byte-source.ts";
import { ByteWindow, smallPiece } from "./formats/byte-window.ts";
import { openPlain, type PlainLog } from "./formats/open-plain.ts";
import type { Reading } from "./formats/reading.ts";
import { readerOf } from "./formats/reader-of.ts";
import { isSplittable, sniffBytes, sniffPlain } from "./formats/sniff.ts";

export interface ReadLogOptions {
  readonly limits?: Partial<ReadingLimits>;
  /** Left out: recognised by the file's first bytes. */
  readonly format?: FormatName;
  /**
   * Byte range of an uncompressed line-based file: the lines that begin at or after `start` and before `end`. Records
   * are numbered from 0 in the range; whoever splits a file this way loses and doubles none.
   */
  readonly start?: number;
  readonly end?: number;
  /**
   * true: duplicate keys of JSON are found in every record, at a price (docs/formats.md). false: where a hidden value is
   * an eighth of its record's text or more. Left out: true for all JSON but NDJSON.
   */
  readonly exactKeys?: boolean;
  readonly signal?: AbortSignal;
}

export const defaultLimits: ReadingLimits = { recordBytes: 8 * 1024 * 1024, depth: 128, inflation: 300 };

/**
 * Reads a log of any known format, packed or not, as batches of records, in constant memory. What the bytes hold, and a
 * file that can't be opened or read, end in problems; only an aborted signal throws (its reason), and a range over a
 * file that has none (`RangeError`). The records of a batch are valid until the next one is asked for.
 */
export async function* readLog(input: LogInput, options: ReadLogOptions = {}): AsyncGenerator<RecordBatch> {
  const { signal, start = 0, end = Infinity } = options;
  signal?.throwIfAborted();
  const limits = { ...defaultLimits, ...options.limits };
  const batching = new Batching();
  await using plain = await openPlain(input, { limits, start, signal });
  const { source, head } = plain;
  const format = options.format ?? sniffPlain(head).format;
  if ((start > 0 || end !== Infinity) && !(plain.isAsOnDisk && isSplittable(head, format))) {
    throw new RangeError(`${input.name} is read as ${format} and can't be read in ranges`);
  }
  if (format === "evtx") {
    yield* readBinary(input.name, plain, limits, signal);
    return;
  }
  const exactKeys = options.exactKeys ?? format !== "ndjson";
  await using window = new ByteWindow(
    source,
    plain.position,
    signal,
    head.length < sniffBytes - 3 ? smallPiece : undefined,
  );
  const reading: Reading = { window, batching, limits, format, head, range: { start, end }, exactKeys };
  yield* readerOf(format)(reading);
  const { fault } = window;
  if (fault) {
    const stop = window.addressOf(window.end);
    const offset = reading.cutFrom ?? stop;
    batching.lost(offset, stop - offset, fault.code, fault.message);
  }
  if (!batching.empty) yield batching.take(window.consumed);
}

/** Binary Windows logs have a reader of their own, which takes the plain bytes as a stream. */
async function* readBinary(
  name: string,
  { source }: PlainLog,
  limits: ReadingLimits,
  signal: AbortSignal | undefined,
): AsyncGenerator<RecordBatch> {
  let index = 0;
  let bytes = 0;
  const stream: LogInput = { name, open: () => piecesOf(source, (length) => (bytes += length)) };
  for await (const batch of readEvtx(stream, limits, signal)) {
    for (const { index: last } of [...batch.records.slice(-1), ...batch.problems]) index = Math.max(index, last + 1);
    yield { ...batch, consumed: source.consumed };
  }
  if (source.fault) {
    const { code, message } = source.fault;
    const problems = [{ index, offset: bytes, length: 0, code, message, wasRead: false }];
    yield { records: [], problems, consumed: source.consumed };
  }
}

async function* piecesOf(source: ByteSource, count: (length: number) => void): AsyncGenerator<Uint8Array> {
  for (;;) {
    const piece = Buffer.allocUnsafeSlow(128 * 1024);
    const got = await source.read(piece, 0);
    if (got === 0) return;
    count(got);
    yield piece.subarray(0, got);
  }
}
