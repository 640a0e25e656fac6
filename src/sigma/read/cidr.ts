import ipaddr from "ipaddr.js";

export type CidrResult =
  | { readonly ok: true; readonly network: string; readonly hasHostBits: boolean }
  | { readonly ok: false };

/** Reads `10.0.0.0/8`, `fe80::/10`, or a lone address as a network of one. Short and octal forms of IPv4 are refused. */
export function readCidr(text: string): CidrResult {
  const [address = "", bits, ...more] = text.trim().split("/");
  const isV4 = /^\d{1,3}(\.\d{1,3}){3}$/.test(address) && ipaddr.IPv4.isValidFourPartDecimal(address);
  const isV6 = address.includes(":") && !address.includes("%") && ipaddr.IPv6.isValid(address);
  if (more.length > 0 || (!isV4 && !isV6)) return { ok: false };
  const width = isV4 ? 32 : 128;
  if (bits !== undefined && (!/^\d{1,3}$/.test(bits) || Number(bits) > width)) return { ok: false };
  const network = `${address}/${bits === undefined ? width : Number(bits)}`;
  const first = isV4 ? ipaddr.IPv4.networkAddressFromCIDR(network) : ipaddr.IPv6.networkAddressFromCIDR(network);
  return { ok: true, network, hasHostBits: first.toString() !== ipaddr.parse(address).toString() };
}
