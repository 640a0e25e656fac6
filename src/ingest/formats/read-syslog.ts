import { isAscii, isUtf8 } from "node:buffer";
import { decodeText } from "./decode-text.ts";
import { reportTooLong, type Reader, type Reading } from "./reading.ts";
import { parseSyslog } from "./syslog.ts";
import { noteBadUtf8, textLines } from "./text-lines.ts";

const readLines = textLines(() => (line) => parseSyslog(line));

/** Syslog in a file: a message per line, or messages that say their length first (RFC 6587, octet counting). */
export const readSyslog: Reader = (reading) => (countsOctets(reading.head) ? readFrames(reading) : readLines(reading));

/** Whether the messages say their length first. */
export function countsOctets(head: Buffer): boolean {
  return /^\s*\d{1,6} </.test(head.toString("latin1", 0, 32));
}

const frame = /^(\d{1,9}) $/;

const readFrames: Reader = async function* (reading) {
  const { window, batching, limits } = reading;
  let passing = 0;
  for (let going = true; going;) {
    going = await window.fill();
    for (;;) {
      const { bytes } = window;
      if (passing > 0) {
        const passed = Math.min(passing, window.end - window.start);
        passing -= passed;
        window.start += passed;
        if (passing > 0) break;
      }
      while (window.start < window.end && bytes[window.start]! <= 32) window.start++;
      if (window.start === window.end) break;
      const space = bytes.subarray(window.start, Math.min(window.end, window.start + 12)).indexOf(32);
      if (space < 0 && going && window.end - window.start < 12) break;
      const counted = frame.exec(bytes.toString("latin1", window.start, window.start + space + 1));
      const offset = window.addressOf(window.start);
      if (!counted) {
        // Out of step: a line is taken as it is, and counting goes on behind it.
        const stop = bytes.subarray(window.start, window.end).indexOf(10);
        const length = stop < 0 ? window.end - window.start : stop;
        if (stop < 0 && going && length <= limits.recordBytes) break;
        const to = window.start + Math.min(length, limits.recordBytes + 1);
        if (length > limits.recordBytes) reportTooLong(reading, offset, to - window.start);
        else addMessage(reading, window.start, to, offset);
        window.start = to;
      } else {
        const length = Number(counted[1]);
        const from = window.start + counted[0].length;
        if (length > limits.recordBytes) {
          reportTooLong(reading, offset, length);
          passing = length;
          window.start = from;
          continue;
        }
        if (from + length > window.end && going) break;
        const to = Math.min(from + length, window.end);
        addMessage(reading, from, to, offset + counted[0].length);
        window.start = to;
      }
      if (batching.full) yield batching.take(window.consumed);
    }
    if (!batching.empty) yield batching.take(window.consumed);
  }
};

function addMessage(reading: Reading, from: number, to: number, offset: number): void {
  const { window, batching } = reading;
  while (to > from && (window.bytes[to - 1] === 10 || window.bytes[to - 1] === 13)) to--;
  const text = window.bytes.subarray(from, to);
  const ascii = isAscii(text);
  const message = decodeText(window.bytes, from, to, ascii);
  if (!ascii && !isUtf8(text)) noteBadUtf8(reading, offset);
  const body = parseSyslog(message);
  batching.add(body ? "syslog" : "text", offset, to - from, body ?? { message });
}
