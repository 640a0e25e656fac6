import { isAscii, isUtf8 } from "node:buffer";
import type { RecordBatch } from "../contract.ts";
import { envelopePath } from "./envelopes.ts";
import { JsonCutter, type Cut } from "./json-cutter.ts";
import { addJson } from "./json-record.ts";
import { reportTooLong, type Reader, type Reading } from "./reading.ts";

/** JSON objects one after another, on one line or many; lists of them; envelopes that hold such a list. */
export const readJsonValues: Reader = async function* (reading): AsyncGenerator<RecordBatch> {
  const { window, batching } = reading;
  const cutter = new JsonCutter(reading, reading.format === "json-envelope" ? (envelopePath(reading.head) ?? []) : []);
  for (let going = true; going;) {
    going = await window.fill();
    do {
      for (let cut = cutter.cut(); cut !== "more"; cut = cutter.cut()) {
        take(reading, cutter, cut);
        if (batching.full) yield batching.take(window.consumed);
      }
    } while (!going && takeRest(reading, cutter));
    if (!batching.empty) yield batching.take(window.consumed);
  }
};

/** At the end of the bytes; true when what was given up left something behind it to cut. */
function takeRest(reading: Reading, cutter: JsonCutter): boolean {
  const cut = cutter.end();
  if (cut === undefined) return false;
  if (reading.window.fault !== undefined && reading.window.start === reading.window.end)
    reading.cutFrom = cutter.offset;
  else take(reading, cutter, cut);
  return reading.window.start < reading.window.end;
}

function take(reading: Reading, { from, to, offset, length }: JsonCutter, cut: Cut): void {
  const { window, batching, limits } = reading;
  switch (cut) {
    case "value": {
      const { bytes } = window;
      if (length > limits.recordBytes) return reportTooLong(reading, offset, length);
      const text = bytes.subarray(from, to);
      const ascii = isAscii(text);
      return addJson(reading, { bytes, from, to, offset, ascii, utf8: ascii || isUtf8(text) });
    }
    case "too-long":
      return reportTooLong(reading, offset, length);
    case "too-deep":
      return batching.lost(offset, length, "too-deep", `nests deeper than ${limits.depth} levels; it was passed over`);
    case "broken":
      return batching.lost(
        offset,
        length,
        "bad-json",
        "a record that never ends or has a string that never ends; it was passed over",
      );
    case "stray":
      return batching.lost(
        offset,
        length,
        "bad-json",
        "something other than a JSON object lies where a record should; it was passed over",
      );
    case "more":
      return undefined;
  }
}
