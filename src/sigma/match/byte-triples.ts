import { maskAt, textAt, textRoom, type TripleScanner } from "./triple-scanner.ts";

/**
 * Finds where any of some sequences of three bytes lie. Small ASCII letters stand for capital ones, too. Up to eight
 * sequences are told apart exactly but for mixtures (`abc` and `xyz` of one group let `ayc` pass), which the caller sees.
 */
export class ByteTriples {
  readonly #scanner: TripleScanner;
  readonly #tables = new Uint8Array(6 * 16);

  constructor(scanner: TripleScanner, triples: readonly Uint8Array[]) {
    this.#scanner = scanner;
    // Those that begin alike mix least: neighbours share a group.
    const sorted = triples.toSorted((a, b) => a[0]! - b[0]! || a[1]! - b[1]! || a[2]! - b[2]!);
    sorted.forEach((triple, i) => this.#put(triple, 1 << Math.floor((i * 8) / sorted.length)));
  }

  #put(triple: Uint8Array, group: number): void {
    triple.forEach((byte, k) => {
      const capital = byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte;
      for (const either of [byte, capital]) {
        this.#tables[32 * k + (either & 15)]! |= group;
        this.#tables[32 * k + 16 + (either >> 4)]! |= group;
      }
    });
  }

  /** Whether `isIt` says yes of a place where one may begin; asks in order, and none after that. It may not look itself. */
  some(bytes: Uint8Array, isIt: (at: number) => boolean): boolean {
    this.#scanner.memory.set(this.#tables);
    if (bytes.length <= textRoom) return this.#someIn(bytes, 0, isIt);
    // Two bytes are looked at again: a triple may lie across.
    for (let from = 0; from < bytes.length; from += textRoom - 2) {
      if (this.#someIn(bytes.subarray(from, from + textRoom), from, isIt)) return true;
    }
    return false;
  }

  #someIn(text: Uint8Array, from: number, isIt: (at: number) => boolean): boolean {
    const { memory } = this.#scanner;
    memory.set(text, textAt);
    const end = textAt + text.length;
    let block = this.#scanner.scan(textAt, end);
    while (block >= 0) {
      for (let mask = memory[maskAt]! | (memory[maskAt + 1]! << 8); mask !== 0; mask &= mask - 1) {
        const last = block + 31 - Math.clz32(mask & -mask);
        // The zeros behind the text are none of it.
        if (last < end && isIt(from + last - 2 - textAt)) return true;
      }
      block = this.#scanner.scan(block + 14, end);
    }
    return false;
  }
}
