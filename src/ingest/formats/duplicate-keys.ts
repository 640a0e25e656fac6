import { decodeText } from "./decode-text.ts";

/** A key that an object of a JSON text has more than once: a parser keeps the last value and hides the others. */
export interface DuplicateKey {
  readonly key: string;
  /** Where its second occurrence begins, in bytes of the text. */
  readonly offset: number;
}

const quote = 34;
const backslash = 92;
const colon = 58;

/**
 * The first duplicate key in JSON text that a parser has accepted; exact, escapes included. Takes about half as long as
 * parsing does, so the readers ask it only where their figures allow (docs/formats.md).
 */
export function findDuplicateKey(bytes: Buffer, from = 0, to = bytes.length): DuplicateKey | undefined {
  const objects: (Set<string> | undefined)[] = [];
  let keys: Set<string> | undefined;
  let at = from;
  while (at < to) {
    const byte = bytes[at];
    if (byte === quote) {
      const start = ++at;
      let plain = true;
      while (at < to && bytes[at] !== quote) {
        if (bytes[at] === backslash) {
          plain = false;
          at++;
        } else if (bytes[at]! > 127) plain = false;
        at++;
      }
      const stop = at++;
      while (at < to && bytes[at]! <= 32) at++;
      if (bytes[at] !== colon || at >= to || keys === undefined) continue;
      const key = plain ? decodeText(bytes, start, stop, true) : keyText(bytes, start, stop);
      if (keys.has(key)) return { key, offset: start - 1 - from };
      keys.add(key);
      continue;
    }
    if (byte === 123) objects.push((keys = new Set()));
    else if (byte === 91) objects.push((keys = undefined));
    else if (byte === 125 || byte === 93) {
      objects.pop();
      keys = objects.at(-1);
    }
    at++;
  }
  return undefined;
}

function keyText(bytes: Buffer, from: number, to: number): string {
  return JSON.parse(bytes.toString("utf8", from - 1, to + 1)) as string;
}
