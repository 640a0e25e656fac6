import ipaddr from "ipaddr.js";
import { sqlString } from "./sql-text.ts";

/**
 * `Array(FixedString(16))`: the addresses that these strings (an `Array(String)`) hold, alone or in lists, IPv4 as
 * IPv4-mapped IPv6. Text that is no address gives none and never an error. Reads what match/cidr.ts reads, ipaddr.js's
 * odd forms with it: zones, octets in hexadecimal or led by zeros at the end of an IPv6 address, `::1.2.3.4` as mapped.
 */
export function addressesSql(strings: string): string {
  const pieces = `arrayFlatten(arrayMap(x -> splitByRegexp(${separator}, x), ${strings}))`;
  const all = `arrayMap(x -> ${spelling}, arrayFilter(x -> length(x) <= 64, ${pieces}))`;
  // ClickHouse also takes a `::` that stands for no group, and `:::`.
  const lenient = "match(x, ':::') OR (position(x, '::') > 0 AND match(x, '(?:[0-9A-Fa-f]+:+){7}[0-9A-Fa-f]'))";
  const spelled = `arrayFilter(x -> NOT (${lenient}), ${all})`;
  const parsed = `arrayFilter(a -> isNotNull(a), arrayMap(x -> IPv6StringToNumOrNull(x), ${spelled}))`;
  return `arrayMap(a -> assumeNotNull(a), ${parsed})`;
}

/** Boolean SQL for one address `a` of `addressesSql`: it lies inside the network. */
export function insideSql(network: string): string {
  const [base = "", width] = network.split("/");
  const address = ipaddr.parse(base);
  const bytes = address.kind() === "ipv4" ? [...mapped, ...address.toByteArray()] : address.toByteArray();
  const bits = width === undefined ? 128 : Number(width) + (address.kind() === "ipv4" ? 96 : 0);
  const first = bytes.map((byte, i) => byte & mask(bits, i));
  const last = bytes.map((byte, i) => byte | (255 - mask(bits, i)));
  const inside = `a >= ${fixed(first)} AND a <= ${fixed(last)}`;
  // IPv4 addresses lie in IPv4 networks only, though a network this wide spans their mapped forms too.
  const spansMapped = bits < 96 && mapped.every((byte, i) => (byte & mask(bits, i)) === first[i]);
  return spansMapped ? `${inside} AND NOT (${insideSql("0.0.0.0/0")})` : inside;
}

const mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255];

function mask(bits: number, byte: number): number {
  const within = Math.min(8, Math.max(0, bits - byte * 8));
  return (255 << (8 - within)) & 255;
}

function fixed(bytes: readonly number[]): string {
  return `unhex('${bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")}')`;
}

/** What JavaScript calls white space; RE2's `\s` is ASCII alone. */
const separator = sqlString(
  String.raw`[\t-\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff},;]+`,
);

/** `x` as IPv6StringToNumOrNull takes it, or something that it does not take. */
const spelling = (() => {
  const octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  const dotted = sqlString(`^(?:${octet}\\.){3}${octet}$`);
  const bare = `replaceRegexpOne(x, '(?i)%[0-9a-z]+$', '')`;
  const transitional = sqlString("(?i)^([0-9a-f:]*:)([0-9a-fx]+)\\.([0-9a-fx]+)\\.([0-9a-fx]+)\\.([0-9a-fx]+)$");
  const hexadecimal = "if(match(o, '(?i)^0x0*[0-9a-f]{1,2}$'), right(concat('0', substring(o, 3)), 2), 'z')";
  const decimal = "if(match(o, '^0*[0-9]{1,3}$') AND toUInt64OrZero(o) < 256, hex(toUInt8(toUInt64OrZero(o))), 'z')";
  const octets = `arrayMap(o -> if(match(o, '(?i)^0x'), ${hexadecimal}, ${decimal}), arraySlice(g, 2))`;
  const groups = `arrayMap(g -> arrayConcat([if(g[1] = '::', '::ffff:', g[1])], ${octets}), [extractGroups(${bare}, ${transitional})])[1]`;
  const ended = `arrayMap(h -> concat(h[1], h[2], h[3], ':', h[4], h[5]), [${groups}])[1]`;
  return (
    `multiIf(match(x, ${dotted}), concat('::ffff:', x), NOT match(${bare}, '(?i)^[0-9a-f:.x]*:[0-9a-f:.x]*$'), '', ` +
    `position(x, '.') > 0, ${ended}, ${bare})`
  );
})();
