import type { LakeBatch } from "#lake";

/** One batch of several, in their order: one insert costs the same whatever it holds. */
export function joinBatches(batches: readonly LakeBatch[]): LakeBatch {
  const [only] = batches;
  if (only && batches.length === 1) return only;
  const sum = (of: (batch: LakeBatch) => number) => batches.reduce((total, batch) => total + of(batch), 0);
  const rows = new Uint8Array(sum(({ rows: { length } }) => length));
  const ends = new Uint32Array(sum(({ ends: { length } }) => length));
  const uids = new Uint8Array(sum(({ uids: { length } }) => length));
  let [atByte, atRow, atUid] = [0, 0, 0];
  for (const batch of batches) {
    rows.set(batch.rows, atByte);
    uids.set(batch.uids, atUid);
    for (const end of batch.ends) ends[atRow++] = atByte + end;
    atByte += batch.rows.length;
    atUid += batch.uids.length;
  }
  return { rows, ends, uids };
}
