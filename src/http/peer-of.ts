import { BlockList, isIP } from "node:net";

/** Addresses and networks (`10.0.0.0/8`) of proxies whose `X-Forwarded-For` is believed. Throws for what is neither. */
export function proxyList(proxies: readonly string[]): BlockList {
  const list = new BlockList();
  for (const proxy of proxies) {
    const [address = "", bits] = proxy.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

/**
 * Whoever really asks: the socket's address or, where that is one of our proxies, the last address in `X-Forwarded-For`
 * that is not. What stands before it anybody may have written. Empty where nothing is known.
 */
export function peerOf(socket: string, forwarded: string | null, proxies: BlockList): string {
  let peer = plain(socket);
  const hops = (forwarded ?? "").split(",").map((hop) => plain(hop.trim()));
  while (isProxy(peer, proxies)) {
    const hop = hops.pop();
    if (hop === undefined || isIP(hop) === 0) return peer;
    peer = hop;
  }
  return peer;
}

/** What a limit counts by. Of IPv6 the network: whoever has one address there has 2^64 of them. */
export function limitKey(peer: string): string {
  if (isIP(peer) !== 6) return peer;
  const [head = "", tail] = peer.toLowerCase().replace(/%.*$/, "").split("::");
  const groups = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  // A last part in dotted decimal is two groups; it never reaches the network's half.
  const missing = tail === undefined ? 0 : 8 - groups.length - after.length - (tail.includes(".") ? 1 : 0);
  const all = [...groups, ...Array.from({ length: missing }, () => "0"), ...after];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}

function isProxy(peer: string, proxies: BlockList): boolean {
  const version = isIP(peer);
  return version !== 0 && proxies.check(peer, version === 6 ? "ipv6" : "ipv4");
}

/** IPv4 as sockets for both versions write it, `::ffff:192.0.2.1`, and as some proxies do, in brackets or with a port. */
function plain(address: string): string {
  if (isIP(address) === 4) return address;
  const bare = /^\[(.*)\](?::\d+)?$/.exec(address)?.[1] ?? /^([\d.]+):\d+$/.exec(address)?.[1] ?? address;
  return /^::ffff:([\d.]+)$/i.exec(bare)?.[1] ?? bare;
}
