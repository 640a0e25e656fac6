import type { ChunkBytes } from "./chunk-bytes.ts";

const millisecondsFrom1601To1970 = 11_644_473_600_000;
const lastMillisecond = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

let knownSecond = Number.NaN;
let knownText = "";

/**
 * A FILETIME (100 ns since 1601, UTC) as RFC 3339 with microseconds, such as `2025-10-25T13:21:33.116889Z`. Past the
 * year 9999, where RFC 3339 ends, the bare number in hexadecimal.
 */
export function fileTime(bytes: ChunkBytes, at: number): string {
  const low = bytes.u32(at);
  const high = bytes.u32(at + 4);
  // 2^32 = 10,000 × 429,496 + 7,296: whole numbers throughout, which one 64-bit number would not be.
  const rest = high * 7_296 + low;
  const milliseconds = high * 429_496 + Math.floor(rest / 10_000) - millisecondsFrom1601To1970;
  if (milliseconds > lastMillisecond) return hexadecimal(low, high);
  return instant(milliseconds, Math.floor((rest % 10_000) / 10));
}

/** A SYSTEMTIME: eight 16-bit numbers, year first, day of the week third. Impossible dates come as they lie there. */
export function systemTime(bytes: ChunkBytes, at: number): string {
  const part = (index: number): number => bytes.u16(at + index * 2);
  const year = part(0);
  const month = part(1);
  const milliseconds = Date.UTC(year, month - 1, part(3), part(4), part(5), part(6), part(7));
  if (year >= 1601 && year <= 9999 && new Date(milliseconds).getUTCMonth() === month - 1)
    return instant(milliseconds, 0);
  const two = (index: number): string => String(part(index)).padStart(2, "0");
  return `${String(year).padStart(4, "0")}-${two(1)}-${two(3)}T${two(4)}:${two(5)}:${two(6)}.${String(part(7)).padStart(3, "0")}000Z`;
}

/** Lower case, without padding, as event viewers show 64-bit hexadecimal integers. */
export function hexadecimal(low: number, high: number): string {
  return high === 0 ? `0x${low.toString(16)}` : `0x${high.toString(16)}${low.toString(16).padStart(8, "0")}`;
}

function instant(milliseconds: number, microseconds: number): string {
  const second = Math.floor(milliseconds / 1_000);
  // Events lie in order of time, so most of them share their second with the one before.
  if (second !== knownSecond) {
    knownSecond = second;
    knownText = new Date(second * 1_000).toISOString().slice(0, 20);
  }
  const fraction = (milliseconds - second * 1_000) * 1_000 + microseconds;
  return `${knownText}${String(fraction).padStart(6, "0")}Z`;
}
