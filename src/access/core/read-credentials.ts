/** What an `Authorization` header holds: its scheme in lower case, and texts of which one may be a token. */
export interface Credentials {
  readonly scheme: string;
  readonly candidates: readonly string[];
}

/** Far more than the longest that a client of ours sends. */
const longest = 1_000;

/**
 * Reads an `Authorization` header. A token comes as `Bearer T` (RFC 6750), and from senders that know only their own
 * scheme as `Splunk T` (HTTP Event Collector), `ApiKey T` or `ApiKey base64(id:T)` (Elasticsearch), or as the password
 * of `Basic base64(user:T)` (RFC 7617). Undefined where it has no such form.
 */
export function readCredentials(header: string): Credentials | undefined {
  if (header.length > longest) return undefined;
  const [, scheme = "", text = ""] = /^([A-Za-z]+) +([\w~+/.=-]+) *$/.exec(header) ?? [];
  switch (scheme.toLowerCase()) {
    case "bearer":
    case "splunk":
      return { scheme: scheme.toLowerCase(), candidates: [text] };
    case "apikey":
      return { scheme: "apikey", candidates: [text, ...afterColon(text)] };
    case "basic":
      return { scheme: "basic", candidates: afterColon(text) };
    default:
      return undefined;
  }
}

/** Whether a header is `Basic` with a password that does not even look like a token. */
export function isForeignPassword(header: string): boolean {
  const credentials = readCredentials(header);
  return credentials?.scheme === "basic" && !credentials.candidates.some((text) => /^mrd[ai]_/.test(text));
}

/** What stands behind the first colon of a text in base 64. */
function afterColon(base64: string): string[] {
  const standard = base64.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "");
  if (!/^[A-Za-z0-9+/]*$/.test(standard) || standard.length % 4 === 1) return [];
  const text = atob(standard);
  const cut = text.indexOf(":");
  return cut < 0 ? [] : [text.slice(cut + 1)];
}
