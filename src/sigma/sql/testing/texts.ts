import fc from "fast-check";

/** Texts that events and rules are made of here: what SQL, JSON, RE2 and Unicode give meanings of their own. */
const letters = [..."abkKsS01 ./-_%*?\\'\"`{}[]()|^$+;,:", "\0", "\n", "\r", "\t", "\x7f", "\x1b", "\ufeff", "\u2028"];
const beyondAscii = [..."éÉσςΣİıſKkåÅÅßẞǅǆǄµμΜθΘϴяЯ–—", "\u00ad", "e\u0301", ..."😀𐐀𐐨𞤀𞤢", "\ufffd", "\u{10ffff}"];
const words = ["cmd", "CMD.exe", "whoami", "\\N", "''", "--", "/*", "$$", "{x:String}", "\\'", "%41", "null", "true"];
const halves = ["\ud800", "\ud83d", "\udc00", "\udfff"];

export const joined = (parts: readonly string[]): string => parts.join("");

export const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...letters) },
  { weight: 4, arbitrary: fc.constantFrom(...beyondAscii) },
  { weight: 3, arbitrary: fc.constantFrom(...words) },
);
export const ruleText = fc.array(piece, { maxLength: 6 }).map(joined);

/** Events may hold halves of surrogate pairs; rules do not. */
export const eventText = fc
  .array(fc.oneof({ weight: 12, arbitrary: piece }, fc.constantFrom(...halves)), { maxLength: 7 })
  .map(joined);

const digits = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(..."0123456789"), { minLength: length, maxLength: length }).map(joined);
const oddNumbers = [0, -0, 1, -1, 7, 10, 0.1, 1.5, -2.25, 1e21, 1e-7, 2 ** 67, 2 ** 53, 5e-324, Number.MAX_VALUE];

export const number = fc.oneof(
  fc.constantFrom(...oddNumbers),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.maxSafeInteger(),
);
export const numberText = fc.oneof(
  number.map(String),
  digits(3),
  fc.integer({ min: 17, max: 400 }).chain(digits),
  fc.tuple(digits(17), digits(20)).map((two) => two.join(".")),
  fc.constantFrom(..."007|-0|1.|.5|+1| 1|1e5|0x10|１|1_0|-1.50|NaN|inf|Infinity|1\n".split("|")),
);

const octet = fc.oneof(
  fc.constantFrom("0", "1", "10", "168", "192", "128", "127", "255", "256", "01", "0x1f", "0X0a", "0x100", "0010", ""),
  fc.nat(300).map(String),
);
const quad = fc.tuple(octet, octet, octet, octet).map((four) => four.join("."));
const group = fc.constantFrom("0", "1", "fe80", "FEBF", "2001", "db8", "ffff", "0000", "00001", "g", "");
const beforeQuad = [
  "::",
  "::ffff:",
  "::FFFF:0:",
  "64:ff9b::",
  "1:2:3:4:5:6:",
  "1::",
  "1:2:3:4:5:6::",
  "1:2:3:4:5::",
  ":",
];
const oddAddresses = [
  ..."10.1.2.3 ::1 :: fe80::1%eth0 fe80::1% ::10.1.2.3 ::ffff:a01:203 ::ffff:10.0.0.1%1 192.168.200.1".split(" "),
  ..."2001:db8:8000:: 1:2:3:4:5:6:7:8 1:2:3:4:5:6:7:: ::2:3:4:5:6:7:8 1:2:3:4::5:6:7:8 1::2: 1:::2".split(" "),
];
const address = fc.oneof(
  quad,
  fc.array(group, { minLength: 2, maxLength: 9 }).map((groups) => groups.join(":")),
  fc.tuple(fc.constantFrom(...beforeQuad), quad).map(joined),
  fc.constantFrom(...oddAddresses),
);
const between = [",", ";", " ", "\u00a0", "\u2003", "\u0085", "\v", "x"];
export const addresses = fc.oneof(
  address,
  fc.array(fc.oneof(address, fc.constantFrom(...between)), { maxLength: 5 }).map(joined),
);

const padded = (max: number): fc.Arbitrary<string> => fc.nat(max).map((n) => String(n).padStart(2, "0"));
const year = fc
  .oneof(
    fc.integer({ min: 1990, max: 2035 }),
    fc.constantFrom(0, 1, 3, 4, 100, 400, 1600, 1899, 1900, 2000, 2299, 2300, 2400, 9999),
  )
  .map((n) => String(n).padStart(4, "0"));
const zone = fc.oneof(
  fc.constantFrom("", "Z", "z", "+02", "-0930", "+24:00", "+05:60", " Z"),
  fc.tuple(fc.constantFrom("+", "-"), padded(24), fc.constantFrom(":", ""), padded(60)).map(joined),
);
const clock = fc
  .tuple(
    fc.constantFrom("T", "T", " ", "t", "_"),
    padded(24),
    fc.constant(":"),
    padded(60),
    fc.oneof(
      fc.constantFrom("", ":60"),
      padded(61).map((second) => `:${second}`),
    ),
    fc.constantFrom("", "", ".5", ",123456789", ".1234567890", "."),
    zone,
  )
  .map(joined);
export const time = fc
  .tuple(
    year,
    fc.oneof(
      fc.constantFrom("-01-01", "-02-28", "-02-29", "-03-01", "-12-31", "-1-1"),
      fc.tuple(fc.constant("-"), padded(13), fc.constant("-"), padded(32)).map(joined),
    ),
    fc.oneof(fc.constantFrom("", "T23:59:60Z", "T00:00:00+00:01"), clock),
  )
  .map(joined);
