import type { FormatName, LogInput, ReadingProblem } from "#ingest";

/** A stretch of one input, small enough to be handed to any worker. */
export type ScanTask = FileStretch | BytesStretch | StreamRest | LostStretch;

/** Of whichever kind: where the stretch comes from. */
interface Stretch {
  readonly name: string;
  /** When the log was last written, in ms since 1970; tells the year of times that have none. */
  readonly written?: number;
}

/** Bytes that the worker reads from the file by itself. */
export interface FileStretch extends Stretch {
  readonly kind: "file";
  readonly path: string;
  /** Left out: recognised by whoever reads it. */
  readonly format?: FormatName;
  /** Byte range of an uncompressed line-based file; left out: the whole file. */
  readonly start?: number;
  readonly end?: number;
}

/** Whole lines that came from a stream: standard input, or a packed file that only one reader can unpack. */
export interface BytesStretch extends Stretch {
  readonly kind: "bytes";
  /** Left out: recognised by whoever reads it. */
  readonly format?: FormatName;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Offset of the first byte in the unpacked stream. */
  readonly offset: number;
  /** Bytes on disk that giving these bytes took. */
  readonly consumed: number;
}

/** Standard input in a format that only one reader can take apart: what was read of it already, then the rest. */
export interface StreamRest extends Stretch {
  readonly kind: "stream";
  readonly head: Uint8Array;
}

/** Something that could not be read, in its place among the other stretches. */
export interface LostStretch {
  readonly kind: "lost";
  readonly name: string;
  readonly problem: ReadingProblem;
  readonly consumed: number;
}

/** An input that gives bytes held in memory. */
export function bytesInput(name: string, bytes: Uint8Array<ArrayBuffer>): LogInput {
  return {
    name,
    async *open() {
      yield bytes;
    },
  };
}
