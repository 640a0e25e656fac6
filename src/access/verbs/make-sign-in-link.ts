import { type Id, instant, type Secret } from "#kernel";
import type { Change } from "../change.ts";
import { addLink } from "../store.ts";
import { makeToken } from "../token.ts";

/** 15 minutes: long enough to walk over to the other machine, short enough to be of no use in tomorrow's log. */
export const linkLifetime = 15 * 60_000;

/** Makes a link for a person. The token is given out here and kept nowhere. */
export async function makeSignInLink(change: Change, person: Id<"person">): Promise<Secret> {
  const { token, hash } = makeToken();
  const id = change.newId("link");
  const expires_at = instant(change.at + linkLifetime);
  await addLink(change.tx, { id, hash, person, made_at: change.at, expires_at, used_at: null });
  change.audit(person, { link: id, expiresAt: expires_at });
  return token;
}
