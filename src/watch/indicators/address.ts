import ipaddr from "ipaddr.js";

/** An address as 32-bit groups: one for IPv4, also when it is mapped into IPv6; four for IPv6. */
export type Address = readonly [number] | readonly [number, number, number, number];

/** A network: its first address, and how many of its bits count. */
export interface Network {
  readonly first: Address;
  readonly bits: number;
}

/** Undefined where the text is no address. IPv4 is read without leading zeros, which some readers take for octal. */
export function readAddress(text: string): Address | undefined {
  const four = readFour(text);
  if (four >= 0) return [four];
  // The longest IPv6 address has 45 characters; a zone may follow.
  if (text.length > 64 || !text.includes(":") || text.includes("%") || !ipaddr.IPv6.isValid(text)) return undefined;
  const groups = ipaddr.IPv6.parse(text).parts;
  const words = [0, 2, 4, 6].map((at) => ((groups[at]! << 16) | groups[at + 1]!) >>> 0) as [
    number,
    number,
    number,
    number,
  ];
  const isMapped = words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
  return isMapped ? [words[3]] : words;
}

/** The address as one text of many spellings: RFC 5952 for IPv6. */
export function spellAddress(address: Address): string {
  if (address.length === 1) {
    const [four] = address;
    return `${four >>> 24}.${(four >>> 16) & 255}.${(four >>> 8) & 255}.${four & 255}`;
  }
  return new ipaddr.IPv6(address.flatMap((word) => [word >>> 16, word & 0xffff])).toRFC5952String();
}

/** Undefined where the text is no network, or has bits set past its width: what was meant by that nobody knows. */
export function readNetwork(text: string): Network | undefined {
  const cut = text.indexOf("/");
  const width = text.slice(cut + 1);
  if (cut < 0 || !/^(?:0|[1-9]\d{0,2})$/.test(width)) return undefined;
  const base = text.slice(0, cut);
  const first = readAddress(base);
  if (!first) return undefined;
  // ::ffff:10.0.0.0/104 is 10.0.0.0/8; a network wider than /96 holds more than mapped addresses.
  const isMapped = first.length === 1 && base.includes(":");
  const bits = Number(width) - (isMapped ? 96 : 0);
  if (bits < 0 || bits > first.length * 32) return undefined;
  const masked = maskAddress(first, bits);
  return masked.every((word, at) => word === first[at]) ? { first, bits } : undefined;
}

export function spellNetwork({ first, bits }: Network): string {
  return `${spellAddress(first)}/${bits}`;
}

/** The last address of a network. */
export function lastOf({ first, bits }: Network): Address {
  return first.map((word, at) => (word | ~maskOf(bits - at * 32)) >>> 0) as unknown as Address;
}

function maskAddress(address: Address, bits: number): Address {
  return address.map((word, at) => (word & maskOf(bits - at * 32)) >>> 0) as unknown as Address;
}

function maskOf(bits: number): number {
  return bits >= 32 ? 0xffff_ffff : bits <= 0 ? 0 : (0xffff_ffff << (32 - bits)) >>> 0;
}

/** IPv4 as a number; -1 where the text is no such address. By hand: it is asked of two addresses of every event. */
export function readFour(text: string): number {
  if (text.length < 7 || text.length > 15) return -1;
  let address = 0;
  let part = 0;
  let digits = 0;
  let dots = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 46) {
      if (digits === 0 || ++dots > 3) return -1;
      address = address * 256 + part;
      part = digits = 0;
    } else {
      if (code < 48 || code > 57 || (digits > 0 && part === 0)) return -1;
      part = part * 10 + code - 48;
      if (++digits > 3 || part > 255) return -1;
    }
  }
  return dots === 3 && digits > 0 ? address * 256 + part : -1;
}
