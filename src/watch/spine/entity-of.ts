import { type DetectionRule, fieldTexts, type SigmaEvent } from "#sigma";
import { plainText } from "../core/plain-text.ts";

/** Where logs of many kinds say whom a connection or a request came from. */
const addressFields = ["SourceIp", "src_ip", "IpAddress", "ClientIP", "c-ip", "sourceIPAddress", "client_ip", "SrcIP"];

/**
 * Whom a finding is about, as `host:lis01-web3`: the values of the rule's own fields, else the host, user, address, or
 * at last the source that it came from.
 */
export function entityOf(
  rule: DetectionRule,
  groupBy: readonly string[],
  event: SigmaEvent,
  { host, user }: { readonly host: string; readonly user: string },
  source: string,
): string {
  const own = groupBy.map((name) => [name, fieldTexts(rule, name, event)[0]] as const);
  if (own.length > 0 && own.every(([, value]) => value !== undefined))
    return own.map(([name, value]) => spell(name, value!)).join(" ");
  if (host !== "") return spell("host", host);
  if (user !== "") return spell("user", user);
  for (const name of addressFields) {
    const [address] = fieldTexts(rule, name, event);
    if (address !== undefined && address !== "") return spell("src_ip", address);
  }
  return spell("source", source);
}

/** No longer than an index likes it, and nothing that a terminal or a page would act on. */
export function spell(name: string, value: string): string {
  return `${name}:${plainText(value)}`;
}
