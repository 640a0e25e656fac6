import { isUtf8 } from "node:buffer";
import type { JsonObject } from "#sigma";
import { decodeText } from "./decode-text.ts";
import { Lines } from "./lines.ts";
import { reportTooLong, type Reader, type Reading } from "./reading.ts";

/** A line as an object; undefined when the line is not of the format: it is then kept as plain text. */
export type ParseLine = (line: string) => JsonObject | undefined | typeof noRecord;

/** What a parser answers to a line that is part of the file but no record, such as a header. */
export const noRecord = Symbol("no record");

/** A reader of a format with one record per line. `parserOf` makes a parser for one file. */
export function textLines(parserOf: (reading: Reading) => ParseLine): Reader {
  return async function* (reading) {
    const { window, batching, format } = reading;
    const parse = parserOf(reading);
    const lines = new Lines(reading);
    while (await lines.more()) {
      const { bytes } = window;
      const { ascii, utf8 } = lines;
      while (lines.next()) {
        const { from, to, offset, length } = lines;
        if (lines.tooLong) reportTooLong(reading, offset, length);
        else if (to > from) {
          const line = decodeText(bytes, from, to, ascii);
          const body = parse(line);
          if (body !== noRecord) {
            if (!utf8 && !isUtf8(bytes.subarray(from, to))) noteBadUtf8(reading, offset);
            if (body === undefined) batching.add("text", offset, length, { message: line });
            else batching.add(format, offset, length, body);
          }
        }
        if (batching.full) yield batching.take(window.consumed);
      }
      if (!batching.empty) yield batching.take(window.consumed);
    }
  };
}

/** Lines of a format that nobody knows: each a record with the line under `message`. */
export const readText = textLines(() => () => undefined);

export function noteBadUtf8({ batching }: Reading, offset: number): void {
  batching.notice(offset, "bad-utf8", "holds bytes that are not UTF-8; each became U+FFFD");
}
