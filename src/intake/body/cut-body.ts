import { type FormatName, sniff } from "#ingest";
import { type Body, grown, readWhole } from "./open-body.ts";

export interface Piece {
  /** In a buffer of its own. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of the first byte in the unpacked body. */
  readonly offset: number;
  /** Left out where whoever reads the piece sees as much as we do. */
  readonly format?: FormatName;
}

export interface CutOptions {
  /** Known beforehand; left out: told by the first bytes. */
  readonly format?: FormatName | undefined;
  /** About how many bytes a piece of a line-based format has. */
  readonly pieceBytes: number;
  /** Its most lines: what is made of a line has a size of its own, however short the line is. */
  readonly pieceLines: number;
  /** The longest line; of a longer one this many bytes and one more are handed on, for the reader to reject. */
  readonly lineBytes: number;
  /** The most bytes of a body whose format can't be cut. */
  readonly wholeBytes: number;
}

const newline = 10;
const lineFormats: ReadonlySet<FormatName> = new Set(["ndjson", "cef", "leef", "access-log", "text", "syslog"]);

/**
 * A body in pieces that end at line ends, where its format allows records to be told apart by these alone; else whole. The
 * same body is cut at the same places however it arrives, so that a retry is made of the same pieces.
 */
export async function* cutBody(body: Body, options: CutOptions): AsyncGenerator<Piece> {
  const { head } = body;
  if (head.length === 0) return;
  const sniffed = sniff(head);
  const format = options.format ?? sniffed.format;
  // Syslog whose messages say their length is of the same name, and has no lines.
  if (!lineFormats.has(format) || (format === "syslog" && !sniffed.cuttable)) {
    const bytes = await readWhole(body, options.wholeBytes);
    yield { bytes, offset: 0, ...(options.format === undefined ? {} : { format: options.format }) };
    return;
  }
  for await (const piece of cutLines(body, options)) yield { ...piece, format };
}

async function* cutLines(body: Body, { pieceBytes, pieceLines, lineBytes }: CutOptions): AsyncGenerator<Piece> {
  let held = new Uint8Array(Math.min(pieceBytes, Math.max(body.head.length, 1_024)));
  let end = 0;
  let offset = 0;
  /** Whether we are inside of a line whose beginning was handed on as too long. */
  let passing = false;
  /** Line ends of the piece that is being gathered, and up to where they were counted. */
  let lines = 0;
  let counted = 0;
  for (;;) {
    if (end === held.length) {
      body.hold(held.length);
      held = grown(held, held.length * 2);
    }
    const got = await body.read(held, end);
    if (got === 0) break;
    end += got;
    for (;;) {
      if (passing) {
        const stop = held.subarray(0, end).indexOf(newline);
        const gone = stop < 0 ? end : stop + 1;
        held.copyWithin(0, gone, end);
        end -= gone;
        offset += gone;
        if (stop < 0) break;
        passing = false;
      }
      const within = held.subarray(0, Math.min(end, pieceBytes));
      while (lines < pieceLines && counted < within.length) {
        const stop = within.indexOf(newline, counted);
        counted = stop < 0 ? within.length : stop + 1;
        if (stop >= 0) lines += 1;
      }
      if (end < pieceBytes && lines < pieceLines) break;
      let to = lines < pieceLines ? within.lastIndexOf(newline) + 1 : counted;
      if (to === 0) {
        const stop = held.subarray(pieceBytes, end).indexOf(newline);
        // How long a line is must not depend on how much of it has come.
        if (stop >= 0 && pieceBytes + stop <= lineBytes) to = pieceBytes + stop + 1;
        else if (end > lineBytes) {
          to = lineBytes + 1;
          passing = true;
        } else break;
      }
      yield { bytes: held.slice(0, to), offset };
      held.copyWithin(0, to, end);
      end -= to;
      offset += to;
      lines = 0;
      counted = 0;
    }
  }
  if (end > 0) yield { bytes: held.slice(0, end), offset };
}
