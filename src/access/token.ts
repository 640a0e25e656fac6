import { hash, randomBytes } from "node:crypto";
import { Secret } from "#kernel";

/** 256 random bits as 43 characters that fit into an address and a cookie, and the hash that is kept of them. */
export function makeToken(): { readonly token: Secret; readonly hash: string } {
  const token = randomBytes(32).toString("base64url");
  return { token: new Secret(token), hash: hashToken(token) };
}

/** SHA-256 in hex. No salt and no slow hash: 256 random bits cannot be guessed from it. */
export function hashToken(token: string): string {
  return hash("sha256", token, "hex");
}
