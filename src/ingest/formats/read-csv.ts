import { isAscii, isUtf8 } from "node:buffer";
import type { RecordBatch } from "../contract.ts";
import { separatorOf, splitRow } from "./csv.ts";
import { decodeText } from "./decode-text.ts";
import { addField, type Fields } from "./put-field.ts";
import { reportTooLong, type Reader, type Reading } from "./reading.ts";
import { RowCutter, type RowCut } from "./row-cutter.ts";
import { noteBadUtf8 } from "./text-lines.ts";

/** CSV with a header (RFC 4180), separated by comma, semicolon, tab or bar; every value is text. */
export const readCsv: Reader = async function* (reading): AsyncGenerator<RecordBatch> {
  const { window, batching } = reading;
  const separator = separatorOf(reading.head.toString("utf8")) ?? ",";
  const cutter = new RowCutter(reading, separator);
  const table = new Table(reading, separator);
  for (let going = true; going;) {
    going = await window.fill();
    for (;;) {
      let cut: RowCut | undefined = cutter.cut();
      if (cut === "more") cut = going ? undefined : cutter.end();
      if (cut === undefined) break;
      table.take(cutter, cut);
      if (batching.full) yield batching.take(window.consumed);
    }
    if (!batching.empty) yield batching.take(window.consumed);
  }
};

class Table {
  readonly #reading: Reading;
  readonly #separator: string;
  #names: readonly string[] | undefined;

  constructor(reading: Reading, separator: string) {
    this.#reading = reading;
    this.#separator = separator;
  }

  take({ from, to, offset, length }: RowCutter, cut: RowCut): void {
    const { batching, window } = this.#reading;
    if (cut === "too-long") return reportTooLong(this.#reading, offset, length);
    if (cut === "unclosed") {
      return batching.lost(offset, length, "bad-csv", "a quote in the row is never closed; the row was passed over");
    }
    if (length === 0) return;
    const bytes = window.bytes.subarray(from, to);
    const ascii = isAscii(bytes);
    const text = decodeText(window.bytes, from, to, ascii);
    if (this.#names === undefined) {
      // Excel's hint at the separator is no header.
      if (!/^sep=.$/.test(text)) this.#names = splitRow(text, this.#separator).map((name) => name.trim());
      return;
    }
    if (!ascii && !isUtf8(bytes)) noteBadUtf8(this.#reading, offset);
    this.#add(this.#names, splitRow(text, this.#separator), offset, length);
  }

  #add(names: readonly string[], values: readonly string[], offset: number, length: number): void {
    const { batching } = this.#reading;
    const fields: Fields = {};
    values.forEach((value, at) => addField(fields, names[at] || `column_${at + 1}`, value));
    if (values.length !== names.length) {
      const message = `has ${values.length} values under ${names.length} names; it was read as far as they go`;
      batching.notice(offset, "column-count", message);
    }
    batching.add("csv", offset, length, fields);
  }
}
