import type { LakeBatch } from "../contract.ts";

/** A batch whose rows say nothing but their uids, of small numbers. */
export function smallBatch(numbers: readonly number[]): LakeBatch {
  const uids = numbers.map(smallUid);
  const lines = uids.map((uid) => Buffer.from(`{"uid":"${uid}"}\n`));
  let end = 0;
  return {
    rows: new Uint8Array(Buffer.concat(lines)),
    ends: Uint32Array.from(lines, (line) => (end += line.length)),
    uids: new Uint8Array(Buffer.from(uids.join(""), "hex")),
  };
}

/** Spread as a hash's bits are. */
export function smallUid(number: number): string {
  return ((BigInt(number + 1) * 0x9e3779b97f4a7c15f39cc0605cedc835n) % (1n << 128n)).toString(16).padStart(32, "0");
}
