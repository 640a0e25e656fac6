import type { FormatName } from "#ingest";
import type { Clock } from "#platform";
import { cutBody } from "../body/cut-body.ts";
import type { Body } from "../body/open-body.ts";
import type { Taken, TakenError } from "../contract.ts";
import { type Desk, isBusy, retryAfterOf } from "../desk.ts";
import type { SourceRecord } from "../store.ts";

export interface Receiving {
  readonly desk: Desk;
  readonly clock: Clock;
  readonly source: SourceRecord;
  readonly format?: FormatName | undefined;
  /** The sender's name for the whole body. */
  readonly key?: string | undefined;
  /** What the request says of all its records. */
  readonly facts?: Readonly<Record<string, string>> | undefined;
  readonly signal: AbortSignal;
}

/** Bytes of a delivery that lines are gathered into. */
export const pieceBytes = 4 * 1024 * 1024;
/** And lines: each becomes a row of some hundred bytes, with all that its request says of its records. */
export const pieceLines = 16_384;
/** What one line, and one body that can't be cut, may have. */
export const lineBytes = 8 * 1024 * 1024;
export const wholeBytes = 16 * 1024 * 1024;
const mostErrors = 100;

/** Seconds that a body whose first part was taken waits for its next one, before its sender is told to come again. */
const patience = 10;

/** Hands a body over, part by part, and sums up what became of it. Throws refusals; what was taken until then stays. */
export async function receiveBody(body: Body, receiving: Receiving): Promise<Taken> {
  const { source, key, signal } = receiving;
  const sum = { accepted: 0, rejected: 0, errors: [] as TakenError[] };
  const format = source.format ?? receiving.format;
  let part = 0;
  const limits = { pieceBytes, pieceLines, lineBytes, wholeBytes: source.limits.deliveryBytes ?? wholeBytes };
  for await (const piece of cutBody(body, { format, ...limits })) {
    const taken = await handPart(receiving, part, {
      bytes: piece.bytes,
      ...(piece.format === undefined ? {} : { format: piece.format }),
      ...(receiving.facts === undefined ? {} : { facts: receiving.facts }),
      // A part is a delivery, and a name is of one delivery.
      ...(key === undefined ? {} : { key: part === 0 ? key : `${key}/${part}` }),
    });
    const before = sum.accepted + sum.rejected;
    for (const error of taken.errors.slice(0, mostErrors - sum.errors.length))
      sum.errors.push({ ...error, index: error.index + before, offset: error.offset + piece.offset });
    sum.accepted += taken.accepted;
    sum.rejected += taken.rejected;
    part += 1;
    signal.throwIfAborted();
  }
  return sum;
}

/** The first part is refused at once when the way is full; a later one waits, while the sender's own bytes wait with it. */
export async function handPart(
  { desk, clock, source, signal }: Pick<Receiving, "desk" | "clock" | "source" | "signal">,
  part: number,
  handed: Parameters<Desk["hand"]>[1],
): Promise<Taken> {
  for (let waited = 0; ;) {
    try {
      return await desk.hand(source.name, handed, signal);
    } catch (error) {
      // Bytes that were taken away can't be handed over again.
      if (part === 0 || !isBusy(error) || handed.bytes.byteLength === 0) throw error;
      const pause = retryAfterOf(error);
      waited += pause;
      if (waited > patience) throw error;
      await clock.sleep(pause * 1_000, signal);
    }
  }
}
