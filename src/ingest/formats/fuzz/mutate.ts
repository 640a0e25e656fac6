/** A generator of numbers below a bound, the same for the same seed. */
export type Chance = (below: number) => number;

export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  return (below) => {
    // Mulberry32.
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** What parsers stumble over: structure, escapes, ends of lines, bytes that are no text. */
const pieces = [
  ..."\n\r\t \"'\\,;|=:[]{}<>-#*\0",
  "\\u",
  "\\x",
  '""',
  "\r\n",
  "\n\n",
  "null",
  "__proto__",
  "constructor",
  "-1",
  "1e999",
  "99999999999999999999",
  "\x1d",
  "\x01",
  "msg='",
  "<34>1 ",
  "CEF:0|",
  "LEEF:2.0|",
  "#fields\t",
  "#Fields: ",
  "MESSAGE\n\xff\xff\xff\xff\xff\xff\xff\xff",
  "\xff\xfe",
  "\xef\xbb\xbf",
  "\xc3",
  "\u001f\x8b\x08\0",
].map((text) => Buffer.from(text, "latin1"));

/** A few changes at random places: bytes flipped, put in, taken out, doubled, moved. */
export function mutate(bytes: Buffer, chance: Chance): Buffer {
  let mutated = bytes;
  for (let changes = 1 + chance(6); changes > 0; changes--) {
    const at = chance(mutated.length + 1);
    const length = chance(24);
    const before = mutated.subarray(0, at);
    const after = mutated.subarray(at);
    switch (chance(6)) {
      case 0:
        mutated = Buffer.concat([before, pieces[chance(pieces.length)]!, after]);
        break;
      case 1:
        mutated = Buffer.concat([before, after.subarray(length)]);
        break;
      case 2:
        mutated = Buffer.concat([before, after.subarray(0, length), after]);
        break;
      case 3:
        mutated = Buffer.from(mutated);
        if (at < mutated.length) mutated[at] = chance(256);
        break;
      case 4:
        mutated = Buffer.concat([after, before]);
        break;
      default:
        mutated = before;
    }
  }
  return mutated;
}
