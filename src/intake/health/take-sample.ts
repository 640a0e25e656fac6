import { eventTimeBy, type LogInput, readLog, type Recognise } from "#ingest";
import { unknownKind } from "#sigma";
import type { Handed } from "../desk.ts";

/** What a few records of a delivery show. */
export interface Sample {
  /** Each record's top-level keys and, where kinds are told, `kind:NAME`. */
  readonly keys: readonly (readonly string[])[];
  /** Milliseconds from what records say of their time until they came. */
  readonly delays: readonly number[];
}

/** Bytes that are looked at, records that are told, and keys of one. */
const sampleBytes = 16 * 1024;
const mostRecords = 3;
const mostKeys = 100;
/** What is told of a key: it is kept, and stands in findings. */
const longestKey = 100;

/** Takes a copy of a delivery's beginning now, while its bytes are there, for `readSample` to look at later. */
export function takeSample({ bytes, format }: Handed): Handed {
  return { bytes: bytes.slice(0, sampleBytes), ...(format === undefined ? {} : { format }) };
}

export async function readSample({ bytes, format }: Handed, at: number, recognise?: Recognise): Promise<Sample> {
  const keys: string[][] = [];
  const delays: number[] = [];
  const input: LogInput = { name: "sample", open: () => one(bytes) };
  for await (const { records } of readLog(input, format === undefined ? {} : { format })) {
    for (const { body, format: read } of records.slice(0, mostRecords - keys.length)) {
      const kind = recognise?.(body, read) ?? unknownKind;
      const own = Object.keys(body)
        .slice(0, mostKeys)
        .map((key) => key.slice(0, longestKey).toWellFormed());
      keys.push(recognise ? [...own, `kind:${kind.key}`] : own);
      const time = eventTimeBy(body, kind, at);
      if (time !== undefined) delays.push(at - time);
    }
    if (keys.length >= mostRecords) break;
  }
  return { keys, delays };
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
