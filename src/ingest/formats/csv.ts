import { isAscii, isUtf8 } from "node:buffer";
import type { RecordBatch } from "../contract.ts";
import { decodeText } from "./decode-text.ts";
import { addField, type Fields } from "./put-field.ts";
import { reportTooLong, type Reader, type Reading } from "./reading.ts";
import { noteBadUtf8 } from "./text-lines.ts";

const separators = [",", ";", "\t", "|"] as const;
const newline = 10;
const carriageReturn = 13;
const quote = 34;

/** CSV with a header (RFC 4180), separated by comma, semicolon, tab or bar; every value is text. */
export const readCsv: Reader = async function* (reading): AsyncGenerator<RecordBatch> {
  const { window, batching, limits } = reading;
  const separator = separatorOf(reading.head.toString("utf8")) ?? ",";
  const separatorByte = separator.charCodeAt(0);
  let names: readonly string[] | undefined;
  let scanned = 0;
  let inQuotes = false;
  /** Address of a row that is too long to be held. */
  let passing: number | undefined;
  for (let going = true; going;) {
    going = await window.fill();
    const { bytes } = window;
    let at = window.start + scanned;
    while (at < window.end || (!going && window.start < window.end)) {
      const atEnd = at >= window.end;
      const byte = atEnd ? newline : bytes[at]!;
      if (atEnd && inQuotes && passing === undefined) {
        // A quote that nobody closed: its line alone is lost, what follows is read on.
        const stop = bytes.subarray(window.start, window.end).indexOf(newline);
        const to = stop < 0 ? window.end : window.start + stop;
        batching.lost(
          window.addressOf(window.start),
          to - window.start,
          "bad-csv",
          "a quote in the row is never closed; the row was passed over",
        );
        inQuotes = false;
        at = window.start = Math.min(to + 1, window.end);
        continue;
      }
      if (byte === quote) {
        if (inQuotes) inQuotes = false;
        else {
          const before = at === window.start ? newline : bytes[at - 1];
          // A second quote in a row is an escaped one; elsewhere a quote opens only where a value begins.
          if (before === separatorByte || before === newline || before === quote) inQuotes = true;
        }
      } else if (byte === newline && (!inQuotes || atEnd)) {
        const from = window.start;
        const offset = passing ?? window.addressOf(from);
        const length = window.addressOf(at) - offset;
        window.start = Math.min(at + 1, window.end);
        inQuotes = false;
        if (passing !== undefined || length > limits.recordBytes) {
          reportTooLong(reading, offset, length);
          passing = undefined;
        } else {
          const to = at > from && bytes[at - 1] === carriageReturn ? at - 1 : at;
          if (to > from) {
            const ascii = isAscii(bytes.subarray(from, to));
            const text = decodeText(bytes, from, to, ascii);
            if (names === undefined) {
              if (!/^sep=.$/.test(text)) names = splitRow(text, separator).map((name) => name.trim());
            } else {
              if (!ascii && !isUtf8(bytes.subarray(from, to))) noteBadUtf8(reading, offset);
              addRow(reading, names, splitRow(text, separator), offset, to - from);
            }
          }
        }
        if (batching.full) yield batching.take(window.consumed);
      }
      at++;
    }
    scanned = window.end - window.start;
    if (scanned > limits.recordBytes || passing !== undefined) {
      passing ??= window.addressOf(window.start);
      // The last byte tells whether a quote that comes next opens.
      window.start = Math.max(window.start, window.end - 1);
      scanned = window.end - window.start;
    }
    if (!batching.empty) yield batching.take(window.consumed);
  }
};

function addRow(
  reading: Reading,
  names: readonly string[],
  values: readonly string[],
  offset: number,
  length: number,
): void {
  const { batching } = reading;
  const fields: Fields = {};
  values.forEach((value, at) => addField(fields, names[at] || `column_${at + 1}`, value));
  if (values.length !== names.length) {
    batching.notice(
      offset,
      "column-count",
      `has ${values.length} values where the header has ${names.length} names; it was read as far as they go`,
    );
  }
  batching.add("csv", offset, length, fields);
}

/** The values of one row. Quotes may hold separators and newlines; a doubled quote stands for one. */
export function splitRow(row: string, separator: string): string[] {
  if (!row.includes('"')) return row.split(separator);
  const values: string[] = [];
  let at = 0;
  for (;;) {
    let value = "";
    if (row[at] === '"') {
      at++;
      for (;;) {
        const stop = row.indexOf('"', at);
        if (stop < 0) {
          value += row.slice(at);
          at = row.length;
          break;
        }
        value += row.slice(at, stop);
        at = stop + 1;
        if (row[at] !== '"') break;
        value += '"';
        at++;
      }
    }
    const stop = row.indexOf(separator, at);
    values.push(value + (stop < 0 ? row.slice(at) : row.slice(at, stop)));
    if (stop < 0) return values;
    at = stop + separator.length;
  }
}

export function looksLikeCsv(text: string): boolean {
  return separatorOf(text) !== undefined;
}

/** The separator that gives the header and the rows behind it the same number of columns; undefined: this is no CSV. */
function separatorOf(text: string): string | undefined {
  const named = /^sep=(.)\r?\n/.exec(text);
  if (named) return named[1];
  let best: string | undefined;
  let most = 1;
  for (const separator of separators) {
    const rows = firstRows(text, separator);
    const names = rows[0] ?? [];
    if (names.length <= most || !isHeader(names)) continue;
    const fitting = rows.slice(1).filter((row) => row.length === names.length).length;
    const odd = rows.length - 1 - fitting;
    if (odd > Math.max(1, rows.length / 10) || (fitting === 0 && (odd > 0 || names.length < 3))) continue;
    best = separator;
    most = names.length;
  }
  return best;
}

function isHeader(names: readonly string[]): boolean {
  const plain = names.map((name) => name.trim());
  return (
    new Set(plain).size === plain.length &&
    plain.every(
      (name) => /^[\p{L}_@#$][\p{L}\p{N}_@#$ .()/:%*&'?\-[\]{}]{0,99}$/u.test(name) && !/\d:\d\d|[a-z]: /.test(name),
    )
  );
}

/** Rows that end within the text, 32 at most. */
function firstRows(text: string, separator: string): string[][] {
  const rows: string[][] = [];
  let from = 0;
  let inQuotes = false;
  for (let at = 0; at <= text.length && rows.length < 32; at++) {
    const char = text[at];
    if (char === '"') {
      const before = at === from ? "\n" : text[at - 1];
      inQuotes = !inQuotes && (before === separator || before === "\n" || before === '"');
    } else if ((char === "\n" && !inQuotes) || (char === undefined && rows.length < 2 && from < at)) {
      const row = text.slice(from, at).replace(/\r$/, "");
      if (row !== "") rows.push(splitRow(row, separator));
      from = at + 1;
    }
  }
  return rows;
}
