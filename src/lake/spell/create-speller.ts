import { isUtf8 } from "node:buffer";
import { eventTimeBy, type HotColumns, type HotValues, loadHotColumns, type LogRecord, utf16Of } from "#ingest";
import { type EventKind, type SigmaEvent, storedText } from "#sigma";
import type { SpelledBatch, SpelledDelivery, SpelledRow, Speller } from "../contract.ts";
import { EventUids } from "./event-uids.ts";
import { plainEscapes } from "./plain-escapes.ts";
import { RowBuffer } from "./row-buffer.ts";

export interface SpellerOptions {
  /** Folder of the OCSF mappings; our own when left out. */
  readonly content?: string;
  /** How far a clock may be ahead, in milliseconds: an event that says it is later has the time of its receipt. A day. */
  readonly ahead?: number;
}

/** The year 2000: a time before it is a clock that nobody has set. */
const earliest = Date.UTC(2000);
const day = 86_400_000;
const leastBuffer = 1024 * 1024;

/** Reads the mappings at once. Meant for a thread that reads and matches: one event costs some microseconds. */
export function createSpeller({ content, ahead = day }: SpellerOptions = {}): Speller {
  return new RowSpeller(loadHotColumns(content), ahead);
}

class RowSpeller implements Speller {
  readonly #hotColumns: HotColumns;
  readonly #ahead: number;
  readonly #uidsOf = new EventUids();
  readonly #rows = new RowBuffer(leastBuffer);
  #ends: number[] = [];
  #times: number[] = [];
  #uids: string[] = [];
  #delivery: SpelledDelivery | undefined;
  /** Addresses of records are those of the UTF-8 that the reader made, which is not here. */
  #isUtf16 = false;
  #lastOffset = -1;
  /** What all rows of a delivery and kind begin with, by kind. */
  readonly #heads = new Map<EventKind, string>();

  constructor(hotColumns: HotColumns, ahead: number) {
    this.#hotColumns = hotColumns;
    this.#ahead = ahead;
  }

  get count(): number {
    return this.#ends.length;
  }

  get size(): number {
    return this.#rows.size;
  }

  begin(delivery: SpelledDelivery): void {
    this.#delivery = delivery;
    this.#isUtf16 = utf16Of(delivery.bytes) !== undefined;
    this.#lastOffset = -1;
    this.#heads.clear();
    this.#uidsOf.begin(delivery);
  }

  add(record: LogRecord, { kind, body }: SigmaEvent): SpelledRow {
    const { receivedAt } = this.#delivery!;
    const told = eventTimeBy(body, kind, receivedAt);
    const time =
      told !== undefined && told >= earliest && told <= receivedAt + this.#ahead ? Math.trunc(told) : receivedAt;
    const own = this.#bytesOf(record);
    const uid = this.#uidsOf.of(own ?? Buffer.from(JSON.stringify(record.body)), record.index, told !== undefined);
    const hot = this.#hotColumns(body, kind);
    this.#rows.text(`{"uid":"${uid}","time":${time}${this.#headOf(kind)}${columnsText(hot)},"raw":"`);
    this.#texts(record, own);
    this.#lastOffset = record.offset;
    this.#ends.push(this.#rows.size);
    this.#times.push(time);
    this.#uids.push(uid);
    return { uid, time, host: hot.host, user: hot.user, hot };
  }

  take(): SpelledBatch {
    const batch = {
      rows: this.#rows.take(),
      ends: Uint32Array.from(this.#ends),
      uids: new Uint8Array(Buffer.from(this.#uids.join(""), "hex")),
      times: Float64Array.from(this.#times),
    };
    this.#ends = [];
    this.#times = [];
    this.#uids = [];
    return batch;
  }

  /** The end of a row, from within `raw` on. */
  #texts({ raw, body, format, offset }: LogRecord, own: Uint8Array | undefined): void {
    const rows = this.#rows;
    if (raw !== undefined && rows.json(raw)) return rows.text('"}\n');
    const text = raw && Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString();
    const plain = text === undefined ? JSON.stringify(body) : plainEscapes(text);
    rows.text(JSON.stringify(plain).slice(1));
    const original = text === undefined ? originalOf(format, own, offset === this.#lastOffset) : own;
    if (original !== undefined && text !== plain) {
      rows.text(',"original":"');
      rows.escaped(original);
      rows.text('"');
    }
    rows.text("}\n");
  }

  #bytesOf({ raw, offset, length }: LogRecord): Uint8Array | undefined {
    if (raw !== undefined) return raw;
    const { bytes } = this.#delivery!;
    return this.#isUtf16 || offset + length > bytes.length ? undefined : bytes.subarray(offset, offset + length);
  }

  #headOf(kind: EventKind): string {
    let head = this.#heads.get(kind);
    if (head === undefined) {
      const { source, site, receivedAt } = this.#delivery!;
      head = `,"received":${receivedAt}${column("source", source)}${column("kind", kind.key)}${column("site", site ?? "")}`;
      this.#heads.set(kind, head);
    }
    return head;
  }
}

const binary = new Set(["evtx"]);
const json = new Set(["ndjson", "json-array", "json-concatenated", "json-envelope"]);

/**
 * Records of a list that lies on one line have that line's address, all of them: only the first keeps its bytes, and only
 * if they are not UTF-8. The bytes of a binary log's record say nothing without the rest of the log.
 */
function originalOf(format: string, own: Uint8Array | undefined, sameAddress: boolean): Uint8Array | undefined {
  if (own === undefined || binary.has(format)) return undefined;
  return json.has(format) && (sameAddress || isUtf8(own)) ? undefined : own;
}

/** Columns that hold nothing are left out: reading them would cost the store more than their default. */
function columnsText(hot: HotValues): string {
  let text = "";
  if (hot.class !== 0) text += `,"class":${hot.class}`;
  if (hot.activity !== 0) text += `,"activity":${hot.activity}`;
  if (hot.severity !== 0) text += `,"severity":${hot.severity}`;
  text += column("code", hot.code);
  text += column("host", hot.host);
  text += column("user", hot.user);
  text += column("process", hot.process);
  text += column("cmd", hot.cmd);
  text += column("parent", hot.parent);
  text += column("parent_cmd", hot.parent_cmd);
  text += column("file", hot.file);
  if (hot.hash.length > 0) text += `,"hash":${JSON.stringify(hot.hash)}`;
  text += column("src_ip", hot.src_ip);
  if (hot.src_port !== 0) text += `,"src_port":${hot.src_port}`;
  text += column("dst_ip", hot.dst_ip);
  if (hot.dst_port !== 0) text += `,"dst_port":${hot.dst_port}`;
  text += column("domain", hot.domain);
  text += column("url", hot.url);
  text += column("action", hot.action);
  return text + column("outcome", hot.outcome);
}

function column(name: string, value: string): string {
  return value === "" ? "" : `,"${name}":${JSON.stringify(storedText(value))}`;
}
