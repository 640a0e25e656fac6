import { refuse } from "./refusals.ts";

export interface Origins {
  /** The origin that browsers see, where the operator said one. */
  readonly publicUrl: string | undefined;
  /** What the server listens on. */
  readonly host: string;
}

/**
 * Refuses names that are not ours. A page of a foreign name that its owner points at 127.0.0.1 (DNS rebinding) would be
 * of one origin with us in the browser's eyes; its `Host` gives it away.
 */
export function checkHost(request: Request, origins: Origins): void {
  const { hostname } = new URL(request.url);
  const bare = hostname.replace(/^\[|\]$/g, "");
  const ours = [
    origins.host,
    "localhost",
    "127.0.0.1",
    "::1",
    ...(origins.publicUrl ? [new URL(origins.publicUrl).hostname] : []),
  ];
  // Whoever listens on every address is reached by addresses we cannot list; a rebinding attack needs a name.
  const everywhere = origins.host === "0.0.0.0" || origins.host === "::";
  const isAddress = /^[\d.]+$/.test(bare) || bare.includes(":");
  if (!ours.includes(bare) && !(everywhere && isAddress)) throw refuse("foreign-host");
}

/** RFC 9112, section 3.2: of two names, Node would believe the first one and a proxy perhaps the second. `raw` as Node has it. */
export function namesTwoHosts(raw: readonly string[]): boolean {
  let count = 0;
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at];
    if (name?.length === 4 && name.toLowerCase() === "host") count += 1;
  }
  return count > 1;
}

/**
 * Refuses requests that another site's page makes a browser send (CSRF). Browsers name the site in `Sec-Fetch-Site` or
 * `Origin`; a client that sends neither is no browser, and passes if it brings no cookie.
 */
export function checkOrigin(request: Request, origins: Origins): void {
  if (request.method === "GET" || request.method === "HEAD" || request.method === "OPTIONS") return;
  const site = request.headers.get("sec-fetch-site");
  const origin = request.headers.get("origin");
  if (origin !== null) {
    const own = origins.publicUrl ?? new URL(request.url).origin;
    if (origin !== own || site === "cross-site") throw refuse("foreign-origin");
  } else if (site !== null ? site !== "same-origin" && site !== "none" : request.headers.has("cookie")) {
    throw refuse("foreign-origin");
  }
}
