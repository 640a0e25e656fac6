import { createHash } from "node:crypto";
import { type FormatName, readLog } from "#ingest";
import type { JsonObject } from "#sigma";
import type { Delivery, Take, TakenError } from "../contract.ts";

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
      for (const { wasRead, index, offset, code, message } of batch.problems) {
        if (wasRead) continue;
        rejected += 1;
        if (errors.length < 100) errors.push({ index, offset, code, message });
      }
    }
    return { accepted, rejected, errors };
  };
  return { take, records, deliveries };
}
