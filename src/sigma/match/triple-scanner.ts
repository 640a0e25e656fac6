/**
 * Looks at sixteen bytes at a time, which JavaScript can't: a WebAssembly module, put together here from its instructions
 * (https://webassembly.github.io/spec/core/binary/). In outline, for each sixteen bytes:
 *
 *   of[k] = tables[k].low[byte & 15] & tables[k].high[byte >> 4]     (k = 0, 1, 2)
 *   mask  = of[0], two bytes on  &  of[1], one byte on  &  of[2]
 *
 * A bit set in the mask's byte: the three bytes that end there may be one of those that the bit stands for.
 */
export interface TripleScanner {
  /** Starts with the tables: 16 bytes each, low and high for the first byte, the second, the third. Text from `textAt`. */
  readonly memory: Uint8Array;
  /**
   * The first sixteen bytes, of those at `at`, `at + 16` … below `end`, in which a triple may end; -1 when there are none.
   * Bit i of the sixteen at `maskAt` says that one may end at byte i. Overwrites sixteen bytes at `end`.
   */
  scan(at: number, end: number): number;
}

export const maskAt = 6 * 16;
export const textAt = 128;
/** How much text there is room for. */
export const textRoom = 0x10000 - textAt - 32;

/** All filters of a thread take turns with it. undefined: this processor or runtime can't. */
export function tripleScanner(): TripleScanner | undefined {
  return (made ??= make() ?? "none") === "none" ? undefined : made;
}

let made: TripleScanner | "none" | undefined;

function make(): TripleScanner | undefined {
  if (typeof WebAssembly === "undefined") return undefined;
  const bytes = moduleBytes();
  if (!WebAssembly.validate(bytes)) return undefined;
  const { memory, scan } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  return { memory: new Uint8Array(memory.buffer), scan };
}

/** The part of it that is used; the libraries that we compile against don't declare it. */
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => {
    readonly exports: { readonly memory: { readonly buffer: ArrayBuffer }; readonly scan: TripleScanner["scan"] };
  };
};

type Code = readonly number[];

const i32 = 0x7f;
const v128 = 0x7b;
const noResult = 0x40;

// Instructions.
const end: Code = [0x0b];
const ret: Code = [0x0f];
const unreachable: Code = [0x00];
const loop: Code = [0x03, noResult];
const onceIf: Code = [0x04, noResult];
const again: Code = [0x0c, 0];
const get = (local: number): Code => [0x20, local];
const set = (local: number): Code => [0x21, local];
const tee = (local: number): Code => [0x22, local];
const store16: Code = [0x3b, 0, 0];
const int = (value: number): Code => [0x41, ...signed(value)];
const atLeast: Code = [0x4f];
const add: Code = [0x6a];
const simd = (operation: number): Code => [0xfd, ...unsigned(operation)];
const load = (offset: number): Code => [...simd(0), 0, offset];
const store: Code = [...simd(11), 0, 0];
const sixteen = (byte: number): Code => [...simd(12), ...Array<number>(16).fill(byte)];
/** Of two vectors in a row the sixteen bytes from this one on. */
const sixteenFrom = (first: number): Code => [...simd(13), ...Array.from({ length: 16 }, (_, i) => first + i)];
const lookUp: Code = simd(14);
const notEqual: Code = simd(36);
const and: Code = simd(78);
const anyTrue: Code = simd(83);
const bitmask: Code = simd(100);
const shiftRight: Code = simd(109);

const [at, stop, tables, low, high, first, firstBefore, second, secondBefore, found] = [
  0, 1, 2, 8, 9, 10, 11, 12, 13, 14,
];

function scanCode(): Code {
  const ofTable = (k: number): Code =>
    [get(tables + 2 * k), get(low), lookUp, get(tables + 2 * k + 1), get(high), lookUp, and].flat();
  const lines: readonly (readonly Code[])[] = [
    [0, 1, 2, 3, 4, 5].map((table) => [int(0), load(16 * table), set(tables + table)].flat()),
    // What lies behind the text is of an older one.
    [get(stop), sixteen(0), store],
    [loop],
    [get(at), get(stop), atLeast, onceIf, int(-1), ret, end],
    [get(at), load(0), tee(low), int(4), shiftRight, set(high)],
    [get(low), sixteen(0x0f), and, set(low)],
    [ofTable(2)],
    [get(secondBefore), ofTable(1), tee(second), sixteenFrom(15), and],
    [get(firstBefore), ofTable(0), tee(first), sixteenFrom(14), and],
    [tee(found), anyTrue, onceIf],
    [int(maskAt), get(found), sixteen(0), notEqual, bitmask, store16],
    [get(at), ret, end],
    [get(first), set(firstBefore), get(second), set(secondBefore)],
    [get(at), int(16), add, set(at), again, end],
    [unreachable, end],
  ];
  return lines.flat(2);
}

function moduleBytes(): Uint8Array {
  const body = [1, found - tables + 1, v128, ...scanCode()];
  const exported = (text: string, kind: number): Code => [text.length, ...new TextEncoder().encode(text), kind, 0];
  const magicAndVersion = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  return Uint8Array.from([
    ...magicAndVersion,
    ...section(1, [0x60, 2, i32, i32, 1, i32]),
    ...section(3, [0]),
    // One page, 64 KiB, and never more.
    ...section(5, [1, 1, 1]),
    ...section(7, exported("memory", 2), exported("scan", 0)),
    ...section(10, [...unsigned(body.length), ...body]),
  ]);
}

function section(id: number, ...items: readonly Code[]): Code {
  const content = [items.length, ...items.flat()];
  return [id, ...unsigned(content.length), ...content];
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  return value >= -0x40 && value < 0x40 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}
