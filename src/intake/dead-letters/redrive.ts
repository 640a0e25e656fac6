import type { FormatName } from "#ingest";
import type { Clock } from "#platform";
import type { Delivery, KeptLetter, LetterBox, LetterFilter, Take } from "../contract.ts";
import { formatNames } from "../source-schema.ts";
import { saidOf, type Sources } from "../sources.ts";

export interface RedriveParts {
  readonly letters: LetterBox;
  readonly take: Take;
  readonly sources: Sources;
  readonly clock: Clock;
}

/** What became of letters that were tried again. */
export interface Redriven {
  readonly tried: number;
  readonly accepted: number;
  /** Unreadable still: kept anew, with what is said of them now. */
  readonly rejected: number;
}

const pageSize = 200;
/** Records that lines tell apart may share a delivery. */
const lineFormats: ReadonlySet<string> = new Set(["ndjson", "cef", "leef", "access-log", "text", "syslog"]);

/**
 * Hands letters to be taken again, newest first, up to `limit`. One is forgotten only once it is an event or a new letter, so an end
 * in between loses none; what is taken twice is one event by its uid. Letters that come while it runs are left.
 */
export async function redrive(
  { letters, take, sources, clock }: RedriveParts,
  filter: LetterFilter & { readonly limit: number },
  signal?: AbortSignal,
): Promise<Redriven> {
  const sum = { tried: 0, accepted: 0, rejected: 0 };
  // All of them before the first is tried: what is unreadable still comes back as a new letter of the same moment.
  for (const letter of await listed(letters, filter, clock.now(), signal)) {
    signal?.throwIfAborted();
    const opened = await letters.open(letter.id, signal);
    if (!opened) continue;
    const known = await sources.ensure(letter.source);
    const format = known.format ?? formatOf(letter.format);
    const delivery: Delivery = {
      source: letter.source,
      bytes: new Uint8Array(opened.bytes),
      // Without its lines' headers a record of another format means nothing; the bytes are asked then.
      ...(format !== undefined && lineFormats.has(format) ? { format } : {}),
      key: `dead-letter/${letter.id}`,
      receivedAt: letter.received,
      ...saidOf(known),
    };
    const taken = await take(delivery, signal);
    sum.tried += 1;
    sum.accepted += taken.accepted;
    sum.rejected += taken.rejected;
    await letters.forget([letter.id], signal);
  }
  return sum;
}

async function listed(
  letters: LetterBox,
  { source, code, limit }: LetterFilter & { readonly limit: number },
  now: number,
  signal: AbortSignal | undefined,
): Promise<readonly KeptLetter[]> {
  const all: KeptLetter[] = [];
  while (all.length < limit) {
    const before = all.at(-1) ?? { received: now, id: "" };
    const page = await letters.list({ source, code, before, limit: Math.min(pageSize, limit - all.length) }, signal);
    if (page.length === 0) break;
    all.push(...page);
  }
  return all;
}

function formatOf(name: string): FormatName | undefined {
  return formatNames.find((one) => one === name);
}
