import { type Instant, instant } from "./instant.ts";

declare const brand: unique symbol;

/** The name of one thing, with its kind in the type and in the text: `person_01k0…`. */
export type Id<Kind extends string> = string & { readonly [brand]: Kind };

const digits = "0123456789abcdefghjkmnpqrstvwxyz";

/**
 * A UUIDv7 (RFC 9562, section 5.7) behind its kind: 48 bits of time, then random ones, so that ids made later sort
 * later. `random` is 10 bytes from a cryptographic source.
 */
export function makeId<Kind extends string>(kind: Kind, at: Instant, random: Uint8Array): Id<Kind> {
  if (!/^[a-z][a-z-]*$/.test(kind)) throw new RangeError(`not a kind of id: ${kind}`);
  if (random.length !== 10) throw new RangeError(`an id takes 10 random bytes, not ${random.length}`);
  if (at < 0) throw new RangeError("an id cannot be older than 1970");
  let bits = BigInt(at) << 80n;
  for (const [index, byte] of random.entries()) bits |= BigInt(byte) << BigInt(8 * (9 - index));
  const version = (bits & ~(0xfn << 76n)) | (7n << 76n);
  const variant = (version & ~(3n << 62n)) | (2n << 62n);
  return `${kind}_${base32(variant)}` as Id<Kind>;
}

/** Whether a text is an id of this kind as `makeId` spells them. */
export function isId<Kind extends string>(kind: Kind, text: string): text is Id<Kind> {
  const cut = text.lastIndexOf("_");
  return text.slice(0, cut) === kind && /^[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(text.slice(cut + 1));
}

/** When an id was made. */
export function idInstant(id: Id<string>): Instant {
  let bits = 0n;
  for (const digit of id.slice(-26)) bits = (bits << 5n) | BigInt(digits.indexOf(digit));
  return instant(Number(bits >> 80n));
}

function base32(bits: bigint): string {
  let text = "";
  for (let shift = 125n; shift >= 0n; shift -= 5n) text += digits[Number((bits >> shift) & 31n)];
  return text;
}
