import { loadKinds, readLog, toEvent } from "../../src/ingest/index.ts";
import { createSpeller, type SpelledBatch } from "../../src/lake/index.ts";
import { fleetBodies } from "../ingest/fleet-events.ts";

export interface SpelledBatches {
  readonly batches: readonly SpelledBatch[];
  /** Of JSON, an event. */
  readonly bytes: number;
  /** Microseconds of processor time to spell an event. */
  readonly cost: number;
  /** Microseconds of processor time of JSON.parse, an event, in the same run. */
  readonly parse: number;
}

/** Rows of `rows` events that are all different, in batches of `size`, whose times are those of the last `span` ms. */
export async function spelledBatches(rows: number, size: number, span: number): Promise<SpelledBatches> {
  const recognise = loadKinds();
  const speller = createSpeller();
  const batches: SpelledBatch[] = [];
  const [body] = fleetBodies({ bodies: 1, events: size, share: 1 }, () => false);
  let spent = 0;
  let parsing = 0;
  let bytes = 0;
  for (let from = 0; from < rows; from += size) {
    const at = Date.now() - span + (from / rows) * span;
    const step = span / rows;
    body!.numbers.forEach((place, index) => body!.bytes.write(String(from + index).padStart(15, "0"), place));
    body!.times.forEach((place, index) => body!.bytes.write(new Date(at + index * step).toISOString(), place));
    const plain = new Uint8Array(body!.bytes);
    bytes += plain.length;
    const lines = Buffer.from(plain).toString().split("\n").slice(0, -1);
    const parse = process.cpuUsage();
    for (const line of lines) JSON.parse(line);
    parsing += microsecondsSince(parse);
    const pairs = [];
    const open = async function* () {
      yield plain;
    };
    for await (const { records } of readLog({ name: "bench", open }))
      for (const { raw, ...record } of records) {
        const kept = { ...record, ...(raw && { raw: new Uint8Array(raw) }) };
        pairs.push({ record: kept, event: toEvent(kept, recognise) });
      }
    const before = process.cpuUsage();
    speller.begin({ source: "bench", receivedAt: Math.round(at), bytes: plain });
    for (const { record, event } of pairs) speller.add(record, event);
    batches.push(speller.take());
    spent += microsecondsSince(before);
  }
  return { batches, bytes: Math.round(bytes / rows), cost: rounded(spent / rows), parse: rounded(parsing / rows) };
}

/** Microseconds of processor time, of all threads. */
export function microsecondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

export function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
