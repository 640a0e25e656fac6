import type { FormatName, ReadingLimits, RecordBatch } from "../contract.ts";
import type { Batching } from "./batching.ts";
import type { ByteWindow } from "./byte-window.ts";

/** One log being read: what every format's reader is given. */
export interface Reading {
  readonly window: ByteWindow;
  readonly batching: Batching;
  readonly limits: ReadingLimits;
  readonly format: FormatName;
  /** The first bytes of the file, from its very start. */
  readonly head: Buffer;
  readonly range: ByteRange;
  /** Look for duplicate keys in every record of JSON, not only where much text is unexplained. */
  readonly exactKeys: boolean;
  /** Where the bytes begin that could not be read because the file was cut; its one problem then tells of them. */
  cutFrom?: number;
}

/** Which lines are wanted: those that begin at or after `start` and before `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Reads to the end of the window's bytes. Whatever ended them early is reported by `readLog`, not here. */
export type Reader = (reading: Reading) => AsyncGenerator<RecordBatch>;

export function reportTooLong({ batching, limits }: Reading, offset: number, length: number): void {
  batching.lost(offset, length, "record-too-long", tooLong(length, limits.recordBytes));
}

export function tooLong(length: number, limit: number): string {
  return `a record of ${length} bytes is longer than the limit of ${limit}; it was passed over`;
}
