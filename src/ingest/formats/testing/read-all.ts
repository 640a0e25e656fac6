import type { FormatName, LogInput, LogRecord, ReadingProblem } from "../../contract.ts";
import { readLog, type ReadLogOptions } from "../../read-log.ts";

/** What a whole log gave, with everything that views bytes copied: a batch is valid only until the next. */
export interface AllRead {
  readonly records: readonly LogRecord[];
  readonly problems: readonly ReadingProblem[];
}

export async function readAll(input: LogInput, options: ReadLogOptions = {}): Promise<AllRead> {
  const records: LogRecord[] = [];
  const problems: ReadingProblem[] = [];
  for await (const batch of readLog(input, options)) {
    for (const record of batch.records) {
      records.push(record.raw === undefined ? record : { ...record, raw: Uint8Array.from(record.raw) });
    }
    problems.push(...batch.problems);
  }
  return { records, problems };
}

export function readBytes(bytes: string | Uint8Array, options: ReadLogOptions = {}): Promise<AllRead> {
  return readAll(bytesInput([Buffer.from(bytes)]), options);
}

export async function bodiesOf(bytes: string | Uint8Array, format?: FormatName): Promise<unknown[]> {
  const { records } = await readBytes(bytes, format === undefined ? {} : { format });
  return records.map(({ body }) => body);
}

export function bytesInput(pieces: readonly Uint8Array[]): LogInput {
  return {
    name: "test",
    async *open() {
      yield* pieces;
    },
  };
}

/** The bytes cut at the given places. */
export function piecesOf(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, at) => bytes.subarray(from, places[at] ?? bytes.length));
}
