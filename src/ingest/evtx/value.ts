import type { Budget } from "./budget.ts";
import type { ChunkBytes } from "./chunk-bytes.ts";
import { fileTime, hexadecimal, systemTime } from "./file-time.ts";

/** A value as JSON: text, a number that JSON can hold exactly, or a truth value. */
export type Scalar = string | number | boolean;

export const binXmlType = 0x21;
export const arrayFlag = 0x80;

const text = 0x01;
const ansi = 0x02;
const binary = 0x0e;
const securityId = 0x13;

/** Bytes of one value, by type; 0 where the size is the value's own. */
const widths = [0, 0, 0, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 4, 0, 16, 0, 8, 16, 0, 4, 8];

/**
 * A template's value of `type` (libyal, "Value types"), nothing when it is null or empty. Integers are numbers while
 * JSON holds them exactly and decimal text beyond; types or sizes that nobody has described come as upper-case
 * hexadecimal, so that no byte is lost.
 */
export function decodeValue(
  bytes: ChunkBytes,
  budget: Budget,
  type: number,
  at: number,
  size: number,
): Scalar | undefined {
  if (type === text) {
    budget.text(size >> 1, at);
    return bytes.utf16(at, size >> 1) || undefined;
  }
  if (size === 0 || type === 0) return undefined;
  budget.text(size, at);
  if (widths[type] === size) return fixed(bytes, type, at);
  switch (type) {
    case ansi:
      return singleByte(bytes, at, size) || undefined;
    case securityId:
      return securityIdentifier(bytes, at, size);
    case 0x0d:
      // Some providers write truth values of one byte.
      return size === 1 ? bytes.u8(at) !== 0 : hexDump(bytes, at, size);
    case 0x10:
      // As wide as a pointer of the machine that wrote it.
      return size === 4 ? fixed(bytes, 0x14, at) : size === 8 ? fixed(bytes, 0x15, at) : hexDump(bytes, at, size);
    case binary:
    default:
      return hexDump(bytes, at, size);
  }
}

/** The items of an array value; `type` with or without the array flag. Empty strings are items too. */
export function decodeArray(bytes: ChunkBytes, budget: Budget, type: number, at: number, size: number): Scalar[] {
  const item = type & ~arrayFlag;
  const items: Scalar[] = [];
  const end = at + size;
  const add = (from: number, length: number): void => {
    budget.node(from);
    items.push(decodeValue(bytes, budget, item, from, length) ?? "");
  };
  if (item === text || item === ansi) {
    const unit = item === text ? 2 : 1;
    for (let from = at; from + unit <= end;) {
      const to = endOfText(bytes, from, end, unit);
      add(from, to - from);
      from = to + unit;
    }
  } else if (item === securityId) {
    for (let from = at, length = 0; from + 8 <= end; from += length) {
      length = Math.min(8 + bytes.u8(from + 1) * 4, end - from);
      add(from, length);
    }
  } else {
    const width = item === 0x10 ? (size % 8 === 0 ? 8 : 4) : (widths[item] ?? 0);
    if (width === 0 || size % width !== 0) add(at, size);
    else for (let from = at; from < end; from += width) add(from, width);
  }
  return items;
}

/** The place of the NUL that ends a text of characters of `unit` bytes, or the end of the last whole one. */
function endOfText({ bytes }: ChunkBytes, from: number, end: number, unit: 1 | 2): number {
  let to = from;
  while (to + unit <= end && (bytes[to] !== 0 || bytes[to + unit - 1] !== 0)) to += unit;
  return to;
}

function fixed(bytes: ChunkBytes, type: number, at: number): Scalar {
  switch (type) {
    case 0x03:
      return (bytes.u8(at) << 24) >> 24;
    case 0x04:
      return bytes.u8(at);
    case 0x05:
      return (bytes.u16(at) << 16) >> 16;
    case 0x06:
      return bytes.u16(at);
    case 0x07:
      return bytes.i32(at);
    case 0x08:
      return bytes.u32(at);
    case 0x09:
      return wide(bytes.u32(at), bytes.i32(at + 4));
    case 0x0a:
      return wide(bytes.u32(at), bytes.u32(at + 4));
    case 0x0b:
      return real(Math.fround(bytes.f32(at)), 7);
    case 0x0c:
      return real(bytes.f64(at), 17);
    case 0x0d:
      return bytes.u32(at) !== 0;
    case 0x0f:
      return guid(bytes, at);
    case 0x11:
      return fileTime(bytes, at);
    case 0x12:
      return systemTime(bytes, at);
    case 0x14:
      return hexadecimal(bytes.u32(at), 0);
    default:
      return hexadecimal(bytes.u32(at), bytes.u32(at + 4));
  }
}

function wide(low: number, high: number): number | string {
  const value = high * 4_294_967_296 + low;
  return Number.isSafeInteger(value) ? value : String((BigInt(high) << 32n) + BigInt(low));
}

/** Windows' own words for what no number is (libyal, "Floating point"). */
function real(value: number, digits: number): number | string {
  if (Number.isNaN(value)) return "-1.#IND";
  if (!Number.isFinite(value)) return value > 0 ? "1.#INF" : "-1.#INF";
  return digits === 7 ? Number(value.toPrecision(digits)) : value;
}

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).toUpperCase().padStart(2, "0"));

/** Upper case without braces: `5770385F-C22A-43E0-BF4C-06F5698FFBD9`. The first three groups are little-endian. */
function guid({ bytes }: ChunkBytes, at: number): string {
  const byte = (index: number): string => hex[bytes[at + index]!]!;
  return (
    `${byte(3)}${byte(2)}${byte(1)}${byte(0)}-${byte(5)}${byte(4)}-${byte(7)}${byte(6)}-` +
    `${byte(8)}${byte(9)}-${byte(10)}${byte(11)}${byte(12)}${byte(13)}${byte(14)}${byte(15)}`
  );
}

function securityIdentifier(bytes: ChunkBytes, at: number, size: number): string {
  const count = size < 8 ? 0 : bytes.u8(at + 1);
  if (size < 8 || size < 8 + count * 4) return hexDump(bytes, at, size);
  const authority = bytes.bytes.readUIntBE(at + 2, 6);
  let sid = `S-${bytes.u8(at)}-${authority}`;
  for (let index = 0; index < count; index++) sid += `-${bytes.u32(at + 8 + index * 4)}`;
  return sid;
}

/** The machine's own code page is not in the file; this is by far the most usual one. */
const windows1252 = new TextDecoder("windows-1252");

function singleByte(bytes: ChunkBytes, at: number, size: number): string {
  const whole = windows1252.decode(bytes.bytes.subarray(at, at + size));
  const nul = whole.indexOf("\0");
  return nul < 0 ? whole : whole.slice(0, nul);
}

function hexDump(bytes: ChunkBytes, at: number, size: number): string {
  return bytes.bytes.toString("hex", at, at + size).toUpperCase();
}
