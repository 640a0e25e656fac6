import { open, readFile, rename } from "node:fs/promises";
import { type FormatName } from "#ingest";
import { Refusal } from "#kernel";
import type { Clock } from "#platform";
import type { Log } from "#telemetry";
import { cutBody } from "../body/cut-body.ts";
import { openBody } from "../body/open-body.ts";
import { datePrefixes } from "../core/date-prefix.ts";
import type { Desk } from "../desk.ts";
import { lineBytes, pieceBytes, pieceLines } from "../doors/receive-body.ts";
import { BucketError, type BucketObject, type BucketReader } from "./bucket-reader.ts";

export interface PollOptions {
  readonly source: string;
  readonly reader: BucketReader;
  /** Behind the URL's own; `{yyyy}`, `{MM}` and `{dd}` are of today, the day before, and the days since it was last read. */
  readonly prefix: string;
  readonly format?: FormatName | undefined;
  /** Whether objects that are there at the very first start are read. */
  readonly from: "start" | "end";
  /** Milliseconds between two lists. */
  readonly every: number;
  /** Where it is kept which objects were taken. */
  readonly stateFile: string;
}

export interface PollParts {
  readonly desk: Desk;
  readonly clock: Clock;
  readonly log: Log;
}

/** What was taken: every object that was put before `floor`, and these that were put since. */
interface Done {
  floor: number;
  readonly taken: Map<string, number>;
}

/** An object may show in a list this much later than others that were put at the same time. */
const overlap = 24 * 3_600_000;
/** How long an object is tried that the bucket does not give, and how many of them in a row at one time. */
const patience = 7 * 24 * 3_600_000;
const mostFailures = 10;
/** CloudTrail's files are one JSON value of up to 50 MB. */
const wholeBytes = 64 * 1024 * 1024;

/**
 * Reads a bucket's new objects, the oldest first, each once: an object is written down as taken after all of it was. Packed or not, of any
 * known format; one that can't be read is left, and said so. Ends when the signal aborts.
 */
export async function pollBucket(parts: PollParts, options: PollOptions, signal: AbortSignal): Promise<void> {
  const { clock, log } = parts;
  const done = await openDone(options, clock.now());
  // From now on there is a beginning, whenever this process ends: nothing that is put after it is passed over.
  await save(options.stateFile, done);
  while (!signal.aborted) {
    try {
      let failures = 0;
      for (const object of await fresh(options, done, clock.now(), signal)) {
        try {
          await takeObject(parts, options, object, signal);
          failures = 0;
        } catch (error) {
          // What is archived or locked holds nobody up, and is tried again each time; a bucket that gives nothing is none.
          if (!(error instanceof BucketError) || ++failures > mostFailures) throw error;
          const { key, putAt } = object;
          const isLeft = clock.now() - putAt > patience;
          log.error("an object of a bucket could not be read", { source: options.source, key, isLeft, error });
          if (!isLeft) continue;
        }
        done.taken.set(object.key, object.putAt);
        await save(options.stateFile, done);
      }
    } catch (error) {
      if (signal.aborted) return;
      log.error("a bucket could not be read; it is tried again", { source: options.source, error });
    }
    await clock.sleep(options.every, signal).catch(() => undefined);
  }
}

async function fresh(
  { reader, prefix }: PollOptions,
  done: Done,
  now: number,
  signal: AbortSignal,
): Promise<BucketObject[]> {
  const found: BucketObject[] = [];
  for (const one of datePrefixes(prefix, now, done.floor === 0 ? now : done.floor))
    for await (const object of reader.list(one, signal))
      if (object.size > 0 && object.putAt >= done.floor && !done.taken.has(object.key)) found.push(object);
  // What is older than the overlap was listed, and is told by the floor from now on.
  const oldest = found.reduce((least, { putAt }) => Math.min(least, putAt), now);
  const floor = Math.max(done.floor, oldest - overlap);
  for (const [key, putAt] of done.taken) if (putAt < floor) done.taken.delete(key);
  done.floor = floor;
  return found.toSorted((a, b) => a.putAt - b.putAt || (a.key < b.key ? -1 : 1));
}

async function takeObject(
  { desk, log }: PollParts,
  { source, reader, format }: PollOptions,
  { key, putAt }: BucketObject,
  signal: AbortSignal,
): Promise<void> {
  const bytes = await reader.open(key, signal);
  if (!bytes) return;
  try {
    await using body = await openBody(bytes, null, { signal });
    let part = 0;
    for await (const piece of cutBody(body, { format, pieceBytes, pieceLines, lineBytes, wholeBytes })) {
      const name = `s3/${key}/${putAt}/${part}`;
      const make = () => ({
        bytes: piece.bytes.slice(),
        ...(piece.format === undefined ? {} : { format: piece.format }),
        key: name,
        facts: { object: key },
      });
      await desk.handPatiently(source, make, { signal });
      part += 1;
    }
  } catch (error) {
    // A connection that broke is tried again; an object that is damaged stays so.
    if (!(error instanceof Refusal) || !damaged.has(error.code)) throw error;
    log.error("an object of a bucket can't be read to its end, and is left", { source, key, code: error.code });
  }
}

const damaged = new Set(["intake/bomb", "intake/encoding-damaged", "intake/body-too-large"]);

async function openDone({ stateFile, from }: PollOptions, now: number): Promise<Done> {
  const text = await readFile(stateFile, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  // Objects are dated to the second.
  if (text === undefined) return { floor: from === "end" ? Math.floor(now / 1_000) * 1_000 : 0, taken: new Map() };
  const { floor, taken } = JSON.parse(text) as { floor: number; taken: [string, number][] };
  return { floor, taken: new Map(taken) };
}

async function save(path: string, { floor, taken }: Done): Promise<void> {
  await using file = await open(`${path}.new`, "w", 0o600);
  await file.writeFile(JSON.stringify({ floor, taken: [...taken] }));
  await file.sync();
  await rename(`${path}.new`, path);
}
