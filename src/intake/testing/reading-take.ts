import { createHash } from "node:crypto";
import { type FormatName, readLog } from "#ingest";
import type { JsonObject } from "#sigma";
import type { Delivery, KeptLetter, LetterBox, Take, TakenError } from "../contract.ts";

/** A record as it was taken. */
export interface TakenRecord {
  readonly source: string;
  readonly format: FormatName;
  readonly body: JsonObject;
  /** The record's own bytes. */
  readonly bytes: Buffer;
  readonly uid: string;
}

/**
 * Takes deliveries as the house's taker promises to, but keeps them in memory: reads them, empties the buffer as one that is handed to a thread is
 * emptied, keeps each record once by its bytes, counts what could not be read. `hold` may throw or wait first.
 */
export function readingTake(hold: (delivery: Delivery) => Promise<void> | void = () => {}) {
  const records: TakenRecord[] = [];
  const deliveries: Omit<Delivery, "bytes">[] = [];
  const uids = new Set<string>();
  const kept = new Map<string, { letter: KeptLetter; bytes: Uint8Array }>();
  const take: Take = async (delivery, signal) => {
    await hold(delivery);
    const { bytes, format, ...rest } = delivery;
    const mine = Buffer.from(bytes);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    deliveries.push({ ...rest, ...(format && { format }) });
    let accepted = 0;
    let rejected = 0;
    const errors: TakenError[] = [];
    const input = {
      name: "delivery",
      open: () =>
        (async function* () {
          yield mine;
        })(),
    };
    for await (const batch of readLog(input, { ...(format && { format }), ...(signal && { signal }) })) {
      for (const record of batch.records) {
        accepted += 1;
        const own = Buffer.from(mine.subarray(record.offset, record.offset + record.length));
        const uid = createHash("sha256").update(delivery.source).update("\0").update(own).digest("hex");
        if (uids.has(uid)) continue;
        uids.add(uid);
        records.push({ source: delivery.source, format: record.format, body: record.body, bytes: own, uid });
      }
      for (const { wasRead, index, offset, length, code, message } of batch.problems) {
        if (wasRead) continue;
        rejected += 1;
        const own = Buffer.from(mine.subarray(offset, offset + length));
        const id = createHash("sha256")
          .update(`${delivery.source} ${delivery.key} ${index} `)
          .update(own)
          .digest("hex")
          .slice(0, 32);
        const { source, receivedAt: received } = delivery;
        kept.set(id, {
          letter: { id, source, received, code, message, format: format ?? "ndjson", size: own.length },
          bytes: own,
        });
        if (errors.length < 100) errors.push({ index, offset, code, message });
      }
    }
    return { accepted, rejected, errors };
  };
  return { take, records, deliveries, letters: letterBox(kept) };
}

function letterBox(kept: Map<string, { letter: KeptLetter; bytes: Uint8Array }>): LetterBox {
  const newestFirst = (a: Pick<KeptLetter, "received" | "id">, b: Pick<KeptLetter, "received" | "id">) =>
    b.received - a.received || (a.id === b.id ? 0 : a.id < b.id ? 1 : -1);
  return {
    list: async ({ source, code, before, limit }) =>
      [...kept.values()]
        .map(({ letter }) => letter)
        .filter((letter) => (source ?? letter.source) === letter.source && (code ?? letter.code) === letter.code)
        .filter((letter) => before === undefined || newestFirst(before, letter) < 0)
        .sort(newestFirst)
        .slice(0, limit),
    open: async (id) => kept.get(id),
    counts: async () =>
      [...Map.groupBy(kept.values(), ({ letter: { source, code } }) => `${source} ${code}`)].map(([name, all]) => {
        const [source = "", code = ""] = name.split(" ");
        return { source, code, count: all.length };
      }),
    forget: async (ids) => {
      for (const id of ids) kept.delete(id);
    },
  };
}
