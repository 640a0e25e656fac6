import { decodeText } from "./decode-text.ts";

/** A key that an object of a JSON text has more than once: a parser keeps the last value and hides the others. */
export interface DuplicateKey {
  readonly key: string;
  /** Where its later occurrence begins, in bytes of the text. */
  readonly offset: number;
}

const quote = 34;
const backslash = 92;
const colon = 58;
const openList = 91;
const openObject = 123;

/**
 * The first duplicate key in JSON text that a parser has accepted; exact, escapes included. Takes about as long as half
 * the parsing (docs/formats.md has the figures).
 */
export function findDuplicateKey(bytes: Buffer, from = 0, to = bytes.length): DuplicateKey | undefined {
  const table = new KeyTable(bytes);
  let at = from;
  while (at < to) {
    const byte = bytes[at]!;
    if (byte === quote) {
      const start = ++at;
      let hash = seed;
      let char = bytes[at]!;
      let isEscaped = false;
      while (char !== quote && at < to) {
        if (char === backslash) {
          isEscaped = true;
          at++;
        }
        hash = Math.imul(hash ^ char, 0x01000193);
        char = bytes[++at]!;
      }
      const stop = at++;
      let after = bytes[at]!;
      while (after <= 32 && at < to) after = bytes[++at]!;
      if (after !== colon || at >= to) continue;
      const isNew = isEscaped ? table.addEscaped(start, stop) : table.add(start, stop, hash);
      if (!isNew) return { key: table.textOf(start, stop), offset: start - 1 - from };
      at++;
      continue;
    }
    // 91 and 123 open, 93 and 125 close: with bit 5 set they are 123 and 125.
    if ((byte | 32) === openObject) table.open(byte === openList);
    else if ((byte | 32) === 125) table.close();
    at++;
  }
  return undefined;
}

/** Differs from run to run, so that nobody can choose keys that collide. */
const seed = Math.trunc(Math.random() * 0x7fffffff);
const slots = 1024;
const chainAtMost = 16;

/**
 * The keys seen in the objects that are open, by object and hash in one table that all calls share; a call finds what it
 * put in itself by its generation. Objects with escaped or very many keys keep them in a set of texts as well.
 */
class KeyTable {
  readonly #bytes: Buffer;
  readonly #base = nextEntry;
  #object = 0;
  #objects = 0;
  readonly #open: number[] = [];
  #texts: Map<number, Set<string>> | undefined;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    // Entries of earlier calls lie below `#base` and are never looked at; the table starts afresh before it grows large.
    if (nextEntry > 1 << 16) {
      nextEntry = 0;
      heads.fill(-1);
    }
    this.#base = nextEntry;
  }

  open(isList: boolean): void {
    this.#open.push(this.#object);
    this.#object = isList ? 0 : ++this.#objects;
  }

  close(): void {
    this.#object = this.#open.pop() ?? 0;
  }

  /** false: the object at hand has the key already. */
  add(start: number, stop: number, hash: number): boolean {
    if (this.#texts !== undefined) return this.#addText(start, stop);
    const slot = (hash ^ (this.#object * 0x9e3779b1)) & (slots - 1);
    let steps = 0;
    for (let entry = heads[slot]!; entry >= this.#base; entry = entries[entry * 5]!) {
      const at = entry * 5;
      if (
        entries[at + 1] === hash &&
        entries[at + 2] === this.#object &&
        this.#bytes.compare(this.#bytes, start, stop, entries[at + 3], entries[at + 4]) === 0
      ) {
        return false;
      }
      if (++steps > chainAtMost) return this.#addText(start, stop);
    }
    const entry = nextEntry++;
    if ((entry + 1) * 5 > entries.length) grow();
    const at = entry * 5;
    entries[at] = heads[slot]!;
    entries[at + 1] = hash;
    entries[at + 2] = this.#object;
    entries[at + 3] = start;
    entries[at + 4] = stop;
    heads[slot] = entry;
    return true;
  }

  addEscaped(start: number, stop: number): boolean {
    return this.#addText(start, stop);
  }

  textOf(start: number, stop: number): string {
    return JSON.parse(`"${decodeText(this.#bytes, start, stop, false)}"`) as string;
  }

  /** From the first key that needs it on, all keys of the call are compared as texts. */
  #addText(start: number, stop: number): boolean {
    if (this.#texts === undefined) {
      this.#texts = new Map();
      for (let entry = this.#base; entry < nextEntry; entry++) {
        const at = entry * 5;
        this.#setOf(entries[at + 2]!).add(this.textOf(entries[at + 3]!, entries[at + 4]!));
      }
    }
    const texts = this.#setOf(this.#object);
    const key = this.textOf(start, stop);
    if (texts.has(key)) return false;
    texts.add(key);
    return true;
  }

  #setOf(object: number): Set<string> {
    let texts = this.#texts!.get(object);
    if (texts === undefined) this.#texts!.set(object, (texts = new Set()));
    return texts;
  }
}

/** Last entry of each slot; entries are: the one before in the slot, hash, object, where the key begins and ends. */
const heads = new Int32Array(slots).fill(-1);
let entries = new Int32Array(5 * 4096);
let nextEntry = 0;

function grow(): void {
  const larger = new Int32Array(entries.length * 2);
  larger.set(entries);
  entries = larger;
}
