import { isUtf8 } from "node:buffer";
import type { Json, JsonObject } from "#sigma";
import { deliveredEvents } from "./deliveries.ts";
import { decodeText } from "./decode-text.ts";
import { findDuplicateKey } from "./duplicate-keys.ts";
import { mayHideValues } from "./hidden-text.ts";
import { leastJson } from "./least-json.ts";
import type { Reading } from "./reading.ts";
import { isObject, mayBeWrapped, unwrap } from "./wrapping.ts";

/** One record's JSON text: `bytes[from, to)`, which begins at `offset` of the plain bytes. */
export interface JsonText {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
  readonly offset: number;
  /** Known of all its bytes. */
  readonly ascii: boolean;
  readonly utf8: boolean;
}

/** Part of a text that may stay unexplained before its keys are looked at one by one. */
const hiddenShare = 1 / 8;

/** Parses the text and puts what it holds into the batch: a record, a list's records, or the problem with it. */
export function addJson(reading: Reading, place: JsonText): void {
  const { batching, limits, window } = reading;
  const { bytes, from, to, offset } = place;
  const length = to - from;
  const text = decodeText(bytes, from, to, place.ascii);
  let body: Json;
  try {
    body = JSON.parse(text) as Json;
  } catch (error) {
    if (window.fault !== undefined && to === window.end) reading.cutFrom = offset;
    else if (!addBehindZeros(reading, place)) batching.lost(offset, length, "bad-json", complaint(error));
    return;
  }
  if (typeof body !== "object" || body === null) {
    batching.lost(offset, length, "not-an-object", "is JSON but not an object, so it is no event; it was passed over");
    return;
  }
  const least = leastJson(body, limits.depth);
  if (least < 0) {
    batching.lost(offset, length, "too-deep", `nests deeper than ${limits.depth} levels; it was passed over`);
    return;
  }
  let raw: Uint8Array | undefined = bytes.subarray(from, to);
  if (!place.utf8 && !isUtf8(raw)) {
    batching.notice(offset, "bad-utf8", "holds bytes that are not UTF-8; each became U+FFFD");
    raw = undefined;
  }
  if (mayHideValues(text, least, reading.exactKeys ? 0 : hiddenShare)) noteDuplicateKey(reading, place);
  if (Array.isArray(body)) {
    const items = body as readonly Json[];
    const share = length / items.length;
    for (const item of items) addBody(reading, { offset, length }, isObject(item) ? unwrap(item) : null, share);
    return;
  }
  const record = body as JsonObject;
  addBody(reading, { offset, length }, mayBeWrapped(bytes[from + 2]) ? unwrap(record) : record, length, raw);
}

/** `null`: an element of a list that is no event. `share`: about as many bytes are this body's. */
function addBody(
  { batching, format }: Reading,
  { offset, length }: { readonly offset: number; readonly length: number },
  body: JsonObject | null,
  share: number,
  raw?: Uint8Array,
): void {
  const events = body && deliveredEvents(body, share);
  if (body && !events) return batching.add(format, offset, length, body, raw);
  for (const event of events ?? [null]) {
    if (event) batching.add(format, offset, length, event);
    else batching.lost(offset, length, "not-an-object", "a list's element that is not an object; it was passed over");
  }
}

function noteDuplicateKey({ batching }: Reading, { bytes, from, to, offset }: JsonText): void {
  const found = findDuplicateKey(bytes, from, to);
  if (!found) return;
  const name = JSON.stringify(found.key.slice(0, 100));
  batching.notice(
    offset + found.offset,
    "duplicate-key",
    `the key ${name} occurs twice in one object, so its earlier value is hidden; the last one was taken`,
  );
}

/** Logs cut while they were written (copytruncate, a crash) have runs of NUL where the next line begins. */
function addBehindZeros(reading: Reading, text: JsonText): boolean {
  let { from } = text;
  while (from < text.to && text.bytes[from] === 0) from++;
  if (from === text.from) return false;
  const zeros = from - text.from;
  if (from === text.to) {
    reading.batching.lost(
      text.offset,
      zeros,
      "nul-bytes",
      `${zeros} NUL bytes in place of a record; they were passed over`,
    );
    return true;
  }
  reading.batching.notice(text.offset, "nul-bytes", `${zeros} NUL bytes lie before the record; they were passed over`);
  addJson(reading, { ...text, from, offset: text.offset + zeros });
  return true;
}

function complaint(error: unknown): string {
  const reason =
    error instanceof Error ? error.message.replace(/, ".*$/s, "").replace(/^(.{120}).+$/s, "$1…") : String(error);
  return `is not JSON (${reason}); it was passed over`;
}
