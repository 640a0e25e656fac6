import ipaddr from "ipaddr.js";

/** Whether an address, or one of a list of them (commas, semicolons, spaces between), lies inside a network. */
export function cidrPredicate(network: string): (text: string) => boolean {
  const inside = networkPredicate(network);
  return (text) => {
    if (!separator.test(text)) return inside(text);
    return text.split(separator).some(inside);
  };
}

const separator = /[\s,;]+/;

function networkPredicate(network: string): (address: string) => boolean {
  const [base = "", width] = network.split("/");
  const written = groupsOf(base);
  if (written === undefined) throw new RangeError(`"${network}" is no network: write 10.0.0.0/8 or fe80::/10`);
  const bits = width === undefined ? written.length * 16 : Number(width);
  // ::ffff:10.0.0.0/104 is 10.0.0.0/8; a network wider than /96 holds more than mapped addresses.
  const mapped = isMapped(written) && bits >= 96;
  const groups = mapped ? written.slice(6) : written;
  const wanted = mapped ? bits - 96 : bits;
  return (text) => {
    const address = parseAddress(text);
    return address !== undefined && address.length === groups.length && sameStart(groups, address, wanted);
  };
}

/** An address as 16-bit groups: two for IPv4, also when it is mapped into IPv6; eight for IPv6. */
function parseAddress(text: string): readonly number[] | undefined {
  if (text === last.text) return last.address;
  const groups = groupsOf(text);
  const address = groups !== undefined && isMapped(groups) ? groups.slice(6) : groups;
  last = { text, address };
  return address;
}

/** Rules ask ten networks and more of one address. */
let last: { readonly text: string; readonly address: readonly number[] | undefined } = { text: "", address: undefined };

function groupsOf(text: string): readonly number[] | undefined {
  const four = dotted.exec(text);
  if (four !== null) {
    const [a, b, c, d] = [Number(four[1]), Number(four[2]), Number(four[3]), Number(four[4])] as const;
    return a > 255 || b > 255 || c > 255 || d > 255 ? undefined : [(a << 8) | b, (c << 8) | d];
  }
  // The longest IPv6 address has 45 characters; a zone may follow. Longer text need not be looked at.
  if (!text.includes(":") || text.length > 64 || !ipaddr.IPv6.isValid(text)) return undefined;
  return ipaddr.IPv6.parse(text).parts;
}

function isMapped(groups: readonly number[]): boolean {
  return groups.length === 8 && groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
}

/** Four decimal numbers without leading zeros, which some readers take for octal. */
const dotted = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/;

function sameStart(a: readonly number[], b: readonly number[], bits: number): boolean {
  for (let i = 0; i < a.length && bits > 0; i++, bits -= 16) {
    const shift = bits >= 16 ? 0 : 16 - bits;
    if (a[i]! >> shift !== b[i]! >> shift) return false;
  }
  return true;
}
