import type { LogInput, ReadingLimits } from "../contract.ts";
import type { ByteSource, SourceFault } from "./byte-source.ts";
import { openFile } from "./file-source.ts";
import { InflatedSource } from "./inflate.ts";
import { HeadSource } from "./head-source.ts";
import { compressionOf, sniffBytes, withoutMark } from "./sniff.ts";
import { StreamSource } from "./stream-source.ts";
import { utf16Of, Utf16Source } from "./utf16.ts";

/** A log's plain bytes, as UTF-8 where they were UTF-16, without a byte order mark. */
export interface PlainLog extends AsyncDisposable {
  readonly source: ByteSource;
  /** The file's first bytes. */
  readonly head: Buffer;
  /** Address of the first byte that `source` gives. */
  readonly position: number;
  /** Whether addresses in the plain bytes are addresses in the file. */
  readonly isAsOnDisk: boolean;
}

interface Opening {
  readonly limits: ReadingLimits;
  readonly start: number;
  readonly signal: AbortSignal | undefined;
}

/** Compressions one inside another that are unpacked. */
const layersAtMost = 2;

export async function openPlain(input: LogInput, { limits, start, signal }: Opening): Promise<PlainLog> {
  const opened =
    input.path === undefined ? new StreamSource(input.open(signal), signal) : await openFile(input.path, signal);
  let source = await HeadSource.of(opened, sniffBytes);
  let isAsOnDisk = true;
  for (let layer = 0; ; layer++) {
    const compression = compressionOf(source.head);
    if (compression === undefined) break;
    isAsOnDisk = false;
    if (layer === layersAtMost) {
      await source[Symbol.asyncDispose]();
      source = await HeadSource.of(refused(nestedTooDeep), sniffBytes);
      break;
    }
    source = await HeadSource.of(new InflatedSource(source, compression, limits.inflation), sniffBytes);
  }
  const encoding = utf16Of(source.head);
  if (encoding !== undefined) {
    isAsOnDisk = false;
    source = await HeadSource.of(new Utf16Source(source, encoding), sniffBytes);
  }
  const head = withoutMark(source.head);
  // One byte before the range tells whether a line begins with it.
  const position = start > 0 ? start - 1 : source.head.length - head.length;
  await source.skipTo(position);
  return { source, head, position, isAsOnDisk, [Symbol.asyncDispose]: () => source[Symbol.asyncDispose]() };
}

const nestedTooDeep: SourceFault = {
  code: "nested",
  message: `is packed more than ${layersAtMost} times over; it was not unpacked further`,
};

function refused(fault: SourceFault): ByteSource {
  return { fault, consumed: 0, mayReadAhead: false, read: async () => 0, [Symbol.asyncDispose]: async () => {} };
}
