import type { LogInput, LogRecord, ReadingProblem } from "../../contract.ts";
import { readEvtx } from "../read-evtx.ts";

export const readingLimits = { recordBytes: 1 << 24, depth: 64 };

/** A log held in memory, handed out in pieces of a given size. */
export function logOf(bytes: Uint8Array, piece = 1 << 20): LogInput {
  return {
    name: "test.evtx",
    async *open() {
      for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
    },
  };
}

export interface WholeReading {
  readonly records: LogRecord[];
  readonly problems: ReadingProblem[];
  readonly batches: number;
}

export async function readAll(bytes: Uint8Array, piece?: number): Promise<WholeReading> {
  const records: LogRecord[] = [];
  const problems: ReadingProblem[] = [];
  let batches = 0;
  for await (const batch of readEvtx(logOf(bytes, piece), readingLimits)) {
    records.push(...batch.records);
    problems.push(...batch.problems);
    batches++;
  }
  return { records, problems, batches };
}
