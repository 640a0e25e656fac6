import type { LakeBatch } from "../contract.ts";

/** The rows of a batch that are wanted (1), as pieces of its bytes: neighbours stay together, nothing is copied. */
export function wantedRows({ rows, ends }: LakeBatch, wanted: Uint8Array): Uint8Array<ArrayBuffer>[] {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let from = 0;
  for (let row = 0; row <= ends.length; row += 1) {
    if (row < ends.length && wanted[row] === 1) continue;
    const to = row === 0 ? 0 : ends[row - 1]!;
    if (to > from) pieces.push(rows.subarray(from, to));
    if (row < ends.length) from = ends[row]!;
  }
  return pieces;
}

/** A row's uid as 32 hex digits. */
export function uidOf(uids: Uint8Array, row: number): string {
  let text = "";
  for (let at = row * 16; at < row * 16 + 16; at += 1) text += (uids[at]! + 0x100).toString(16).slice(1);
  return text;
}
