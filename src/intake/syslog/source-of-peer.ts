import { BlockList, isIP } from "node:net";

/** Networks, `10.0.0.0/8` or one address, and the source that their messages are of; the first that fits counts. */
export type PeerSources = readonly { readonly network: string; readonly source: string }[];

/** Whose messages a peer's are: as its network says, else `fallback`. */
export function sourceOfPeer(peers: PeerSources, fallback: string): (address: string) => string {
  const lists = peers.map(({ network, source }) => {
    const list = new BlockList();
    const [address = "", bits] = network.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
    return { list, source };
  });
  return (address) => {
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    return lists.find(({ list }) => list.check(address, family))?.source ?? fallback;
  };
}

/** IPv4 as sockets for both versions write it, `::ffff:192.0.2.1`, in its own way. */
export function plainAddress(address: string): string {
  return /^::ffff:([\d.]+)$/i.exec(address)?.[1] ?? address;
}
