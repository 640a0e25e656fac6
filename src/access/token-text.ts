import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { Secret } from "#kernel";
import type { TokenGrant } from "./core/token-grant.ts";
import { hashToken } from "./token.ts";

export type TokenKind = TokenGrant["kind"];

const prefixes = { ingest: "mrdi_", api: "mrda_" } as const satisfies Record<TokenKind, string>;

/** Crockford's base 32, lower case: no letter that is taken for a digit, nothing that a shell or an address would bend. */
const digits = "0123456789abcdefghjkmnpqrstvwxyz";

/** 256 bits in 52 digits, and a CRC-32 of all before it in 7. */
const shape = /^mrd[ai]_[0-9a-hjkmnp-tv-z]{59}$/;

/**
 * A new token, what is kept of it, and how it is recognised in a list. Its form is `mrda_` or `mrdi_`, 52 digits of
 * randomness and a checksum of 7, so that a scanner for secrets can tell it from other text without asking anybody.
 */
export function makeTokenText(kind: TokenKind): {
  readonly token: Secret;
  readonly hash: string;
  readonly tail: string;
} {
  const text = spellTokenText(kind, randomBytes(32));
  return { token: new Secret(text), hash: hashToken(text), tail: text.slice(-4) };
}

/** `random` is 32 bytes. */
export function spellTokenText(kind: TokenKind, random: Uint8Array): string {
  const body = `${prefixes[kind]}${base32(random, 52)}`;
  return body + checksum(body);
}

/** What kind of token a text is; undefined where it is none, or one that was cut short or mistyped. */
export function readTokenText(text: string): TokenKind | undefined {
  if (!shape.test(text) || checksum(text.slice(0, 57)) !== text.slice(57)) return undefined;
  return text.startsWith(prefixes.ingest) ? "ingest" : "api";
}

function checksum(body: string): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return base32(sum, 7);
}

/** The most significant bits first, zeros after the last. */
function base32(bytes: Uint8Array, length: number): string {
  let text = "";
  for (let at = 0; at < length * 5; at += 5) {
    const pair = ((bytes[at >> 3] ?? 0) << 8) | (bytes[(at >> 3) + 1] ?? 0);
    text += digits[(pair >> (11 - (at & 7))) & 31];
  }
  return text;
}
