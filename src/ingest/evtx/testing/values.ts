import type { ValueDraft } from "./bin-xml-writer.ts";

/** Values of templates, by type, for tests and benches. */
export const write = {
  nothing: (): ValueDraft => ({ type: 0x00, bytes: new Uint8Array() }),
  text: (text: string): ValueDraft => ({ type: 0x01, bytes: Buffer.from(text, "utf16le") }),
  ansi: (text: string): ValueDraft => ({ type: 0x02, bytes: Buffer.from(text, "latin1") }),
  int8: (value: number): ValueDraft => number(0x03, 1, (view) => view.setInt8(0, value)),
  uint8: (value: number): ValueDraft => number(0x04, 1, (view) => view.setUint8(0, value)),
  int16: (value: number): ValueDraft => number(0x05, 2, (view) => view.setInt16(0, value, true)),
  uint16: (value: number): ValueDraft => number(0x06, 2, (view) => view.setUint16(0, value, true)),
  int32: (value: number): ValueDraft => number(0x07, 4, (view) => view.setInt32(0, value, true)),
  uint32: (value: number): ValueDraft => number(0x08, 4, (view) => view.setUint32(0, value, true)),
  int64: (value: bigint): ValueDraft => number(0x09, 8, (view) => view.setBigInt64(0, value, true)),
  uint64: (value: bigint): ValueDraft => number(0x0a, 8, (view) => view.setBigUint64(0, value, true)),
  real32: (value: number): ValueDraft => number(0x0b, 4, (view) => view.setFloat32(0, value, true)),
  real64: (value: number): ValueDraft => number(0x0c, 8, (view) => view.setFloat64(0, value, true)),
  truth: (value: boolean): ValueDraft => number(0x0d, 4, (view) => view.setUint32(0, value ? 1 : 0, true)),
  binary: (bytes: Uint8Array): ValueDraft => ({ type: 0x0e, bytes }),
  guid: (bytes: Uint8Array): ValueDraft => ({ type: 0x0f, bytes }),
  size32: (value: number): ValueDraft => ({ ...number(0x10, 4, (view) => view.setUint32(0, value, true)) }),
  size64: (value: bigint): ValueDraft => ({ ...number(0x10, 8, (view) => view.setBigUint64(0, value, true)) }),
  fileTime: (time: bigint): ValueDraft => number(0x11, 8, (view) => view.setBigUint64(0, time, true)),
  systemTime: (parts: readonly number[]): ValueDraft =>
    number(0x12, 16, (view) => parts.forEach((part, index) => view.setUint16(index * 2, part, true))),
  sid: (authority: number, ...rest: readonly number[]): ValueDraft =>
    number(0x13, 8 + rest.length * 4, (view) => {
      view.setUint8(0, 1);
      view.setUint8(1, rest.length);
      view.setUint32(4, authority);
      rest.forEach((part, index) => view.setUint32(8 + index * 4, part, true));
    }),
  hex32: (value: number): ValueDraft => number(0x14, 4, (view) => view.setUint32(0, value, true)),
  hex64: (value: bigint): ValueDraft => number(0x15, 8, (view) => view.setBigUint64(0, value, true)),
  texts: (texts: readonly string[]): ValueDraft => ({
    type: 0x81,
    bytes: Buffer.from(texts.map((text) => `${text}\0`).join(""), "utf16le"),
  }),
  /** An array of values of one type of fixed size. */
  array: (items: readonly ValueDraft[]): ValueDraft => {
    const bytes = Buffer.concat(items.map((item) => ("bytes" in item ? item.bytes : new Uint8Array())));
    const first = items[0];
    return { type: 0x80 | (first !== undefined && "type" in first ? first.type : 0x08), bytes };
  },
};

/** 100 ns since 1601 of a time in milliseconds since 1970, and microseconds beyond it. */
export function ticks(milliseconds: number, microseconds = 0): bigint {
  return (BigInt(milliseconds) + 11_644_473_600_000n) * 10_000n + BigInt(microseconds) * 10n;
}

function number(type: number, size: number, set: (view: DataView) => void): ValueDraft {
  const bytes = new Uint8Array(size);
  set(new DataView(bytes.buffer));
  return { type, bytes };
}
