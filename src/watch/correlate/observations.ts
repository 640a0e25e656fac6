import type { FindingRow } from "#lake";
import type { Stream, StreamPlan } from "#platform";

/** Findings on their way from whoever stored them to whoever correlates for all. */
export const observationsPlan: StreamPlan = {
  name: "watch-observations",
  groups: ["correlating"],
  mostMessages: 100_000,
  mostBytes: 256 * 1024 * 1024,
  ackWithin: 30_000,
};

/** Bytes of a message, unless one finding has more; findings past the stream's own limit are read from the lake. */
const messageBytes = 256 * 1024;
const largest = 900_000;
/** Messages that the stream has not answered for yet; past them findings are left to be read from the lake. */
const mostUnderWay = 64;

export interface ObservationsOptions {
  readonly stream: Pick<Stream, "publish">;
  /** Whether a correlation wants to know what this rule found. */
  readonly wants: (rule: string) => boolean;
  /** Told when the stream does not take what it is given. */
  readonly onFault: (error: unknown) => void;
}

/**
 * Tells of findings that are durable, without waiting: whoever correlates reads what the stream lost from the lake, and a
 * stream that is slow, full or gone must not hold up who sends logs.
 */
export function createTeller({ stream, wants, onFault }: ObservationsOptions): (rows: readonly FindingRow[]) => void {
  let underWay = 0;
  return (rows) => {
    const wanted = rows.filter(({ rule, muted }) => muted !== "excepted" && wants(rule));
    for (const message of spellObservations(wanted)) {
      if (underWay >= mostUnderWay) return;
      underWay++;
      stream
        .publish([message])
        .catch(onFault)
        .finally(() => underWay--);
    }
  };
}

/** Messages of lines of JSON. */
export function spellObservations(rows: readonly FindingRow[]): Uint8Array[] {
  const messages: Uint8Array[] = [];
  let lines: Buffer[] = [];
  let bytes = 0;
  const end = () => {
    if (lines.length > 0) messages.push(new Uint8Array(Buffer.concat(lines)));
    lines = [];
    bytes = 0;
  };
  for (const row of rows) {
    const line = Buffer.from(`${JSON.stringify(row)}\n`);
    if (line.length > largest) continue;
    if (bytes + line.length > messageBytes) end();
    lines.push(line);
    bytes += line.length;
  }
  end();
  return messages;
}

export function readObservations(message: Uint8Array): FindingRow[] {
  const lines = Buffer.from(message.buffer, message.byteOffset, message.byteLength).toString("utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as FindingRow);
}
