import type { Taken, TakenError } from "../contract.ts";
import { handPart, pieceBytes, type Receiving } from "./receive-body.ts";

/**
 * Hands over lines of NDJSON that a door made, each one record; an error's `index` is the number of its line. The same lines make the same
 * deliveries.
 */
export async function handLines(lines: readonly string[], receiving: Omit<Receiving, "format">): Promise<Taken> {
  const sum = { accepted: 0, rejected: 0, errors: [] as TakenError[] };
  let part = 0;
  for (let from = 0; from < lines.length;) {
    let to = from;
    let size = 0;
    for (; to < lines.length && (to === from || size < pieceBytes); to += 1) size += lines[to]!.length + 1;
    const bytes = new Uint8Array(new TextEncoder().encode(`${lines.slice(from, to).join("\n")}\n`));
    const { key } = receiving;
    const named = key === undefined ? {} : { key: part === 0 ? key : `${key}/${part}` };
    const taken = await handPart(receiving, part, { bytes, format: "ndjson", ...named });
    for (const error of taken.errors.slice(0, 100 - sum.errors.length))
      sum.errors.push({ ...error, index: error.index + from });
    sum.accepted += taken.accepted;
    sum.rejected += taken.rejected;
    from = to;
    part += 1;
    receiving.signal.throwIfAborted();
  }
  return sum;
}
