import { addJson } from "./json-record.ts";
import { Lines } from "./lines.ts";
import { reportTooLong, type Reader } from "./reading.ts";

/** One JSON object per line. Blank lines are no records; a line that is no JSON is reported and the next one is read. */
export const readNdjson: Reader = async function* (reading) {
  const { window, batching } = reading;
  const lines = new Lines(reading);
  while (await lines.more()) {
    const { bytes } = window;
    const { ascii, utf8 } = lines;
    while (lines.next()) {
      const { from, to, offset } = lines;
      if (lines.tooLong) reportTooLong(reading, offset, lines.length);
      else if (to > from) addJson(reading, { bytes, from, to, offset, ascii, utf8 });
      if (batching.full) yield batching.take(window.consumed);
    }
    if (!batching.empty) yield batching.take(window.consumed);
  }
};
