import { readAddress, readNetwork, spellAddress, spellNetwork } from "./address.ts";

export const indicatorTypes = ["ip", "cidr", "domain", "url", "hash", "user"] as const;
export type IndicatorType = (typeof indicatorTypes)[number];

/** Of a domain: the name itself, the name and all below it, or only what is below it. */
export const reaches = ["exact", "below", "only-below"] as const;
export type Reach = (typeof reaches)[number];

/** One thing to be looked for, in its normal form: two that are equal are spelled the same. */
export interface Indicator {
  readonly type: IndicatorType;
  readonly value: string;
  readonly reach: Reach;
  /** Milliseconds since 1970; it holds from the first until before the last. */
  readonly from?: number;
  readonly until?: number;
  /** 0 to 100. */
  readonly confidence?: number;
  readonly labels: readonly string[];
  /** Where it is told of: an address of a report, the id of a STIX object. */
  readonly reference: string;
}

/** What was written and is no indicator, with the reason. */
export interface NotTaken {
  /** What it is about: a line's number, a STIX id. */
  readonly at: string;
  readonly code: "bad-value" | "unsupported" | "revoked" | "expired" | "bad-object" | "too-many";
  readonly why: string;
}

export interface ReadIndicators {
  readonly indicators: readonly Indicator[];
  readonly notTaken: readonly NotTaken[];
  /** More than are listed. */
  readonly notTakenCount: number;
  /** How columns were understood, of a table. */
  readonly columns?: Readonly<Record<string, string>>;
}

export interface NormalValue {
  readonly type: IndicatorType;
  readonly value: string;
  readonly reach: Reach;
}

/** Characters of a value: the longest domain has 253, URLs in logs are cut by most senders long before this. */
export const longestValue = 2_048;

/**
 * Reads a value as people write them, of the type that is said or else of the one that it looks like. Spellings that
 * keep a value from being clicked (`hxxp://`, `evil[.]example`) are undone. Undefined where it is none.
 */
export function readValue(text: string, type?: IndicatorType, reach: Reach = "below"): NormalValue | undefined {
  const plain = refang(text.trim());
  if (plain === "" || plain.length > longestValue || !plain.isWellFormed() || /\p{Cc}/u.test(plain)) return undefined;
  if (type !== undefined) return readers[type](plain, reach);
  if (plain.includes("://")) return readers.url(plain, reach);
  if (plain.includes("@")) return readers.user(plain, reach);
  if (plain.includes("/")) return readers.cidr(plain, reach);
  return readers.ip(plain, reach) ?? readers.hash(plain, reach) ?? readers.domain(plain, reach);
}

type ReadOne = (text: string, reach: Reach) => NormalValue | undefined;

const readers: Readonly<Record<IndicatorType, ReadOne>> = {
  ip(text) {
    if (text.includes("/")) return readers.cidr(text, "exact");
    const address = readAddress(text);
    return address && { type: "ip", value: spellAddress(address), reach: "exact" };
  },
  cidr(text) {
    if (!text.includes("/")) return readers.ip(text, "exact");
    const network = readNetwork(text);
    if (!network) return undefined;
    if (network.bits === network.first.length * 32)
      return { type: "ip", value: spellAddress(network.first), reach: "exact" };
    return { type: "cidr", value: spellNetwork(network), reach: "exact" };
  },
  domain(text, reach) {
    const isBelow = /^\*?\./.test(text);
    const value = domainText(text.replace(/^\*?\./, ""));
    // A whole top-level domain, or an address, is no domain to look for.
    if (value === undefined || !value.includes(".") || readAddress(value)) return undefined;
    return { type: "domain", value, reach: isBelow ? "only-below" : reach };
  },
  url(text) {
    const value = urlText(text);
    return value === undefined ? undefined : { type: "url", value, reach: "exact" };
  },
  hash(text) {
    const value = text.replace(/^(?:md5|sha-?1|sha-?256)[:=]/i, "").toLowerCase();
    return isHash(value) ? { type: "hash", value, reach: "exact" } : undefined;
  },
  user(text) {
    return text.length <= 320 ? { type: "user", value: text.toLowerCase(), reach: "exact" } : undefined;
  },
};

/** MD5, SHA-1 or SHA-256, as hex digits. */
function isHash(text: string): boolean {
  return [32, 40, 64].includes(text.length) && /^[0-9a-f]+$/.test(text);
}

/** A name as events' names are compared: lower case, ASCII (IDNA), no dot at the end. Undefined where it is no name. */
export function domainText(text: string): string | undefined {
  const plain = text.endsWith(".") ? text.slice(0, -1) : text;
  const lower = plain.toLowerCase();
  if (isPlainName(lower)) return lower.length <= 253 ? lower : undefined;
  if (/[\x21-\x2c\x2f:-@[-^`{-\x7f\s]/.test(lower)) return undefined;
  const host = hostOf(`http://${lower}/`);
  return host !== undefined && isPlainName(host) && host.length <= 253 ? host : undefined;
}

/** Letters, digits, hyphens and underscores between dots, none of them empty. By hand: it is asked of every event's names. */
function isPlainName(text: string): boolean {
  let label = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 46) {
      if (label === 0) return false;
      label = 0;
    } else {
      const isLetter = (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 45 || code === 95;
      if (!isLetter || ++label > 63) return false;
    }
  }
  return label > 0;
}

function hostOf(url: string): string | undefined {
  return URL.parse(url)?.hostname;
}

/** `scheme://host[:port]/path?query` as the URL Standard writes it; without user, password and fragment. */
export function urlText(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url || url.hostname === "" || !/^[a-z][a-z0-9+.-]*:$/.test(url.protocol)) return undefined;
  return `${url.protocol}//${url.host}${url.pathname === "" ? "/" : url.pathname}${url.search}`;
}

function refang(text: string): string {
  return text
    .replace(/\[(?:\.|dot)\]|\((?:\.|dot)\)|\{\.\}/gi, ".")
    .replace(/\[:\](?=\/\/)|\[:\/\/\]/g, (found) => (found === "[:]" ? ":" : "://"))
    .replace(/\[(?:@|at)\]/gi, "@")
    .replace(/^h[tx]{2}p(s?):/i, "http$1:");
}
