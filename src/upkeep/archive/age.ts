/**
 * age, version 1, with a passphrase (https://age-encryption.org/v1): what is written here `age --decrypt` reads, and the
 * other way round. scrypt makes the passphrase slow to guess; ChaCha20-Poly1305 over pieces of 64 KiB, each numbered and
 * the last one marked, finds every change, exchange and cut.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from "node:crypto";
import { promisify } from "node:util";
import type { Secret } from "#kernel";
import { refuse } from "../refusals.ts";
import { ByteReader } from "./byte-reader.ts";

export const ageMagic = "age-encryption.org/v1";
const pieceBytes = 64 * 1024;
const tagBytes = 16;
/** 2^18 blocks of 1 KiB: 256 MiB and about a second, age's own choice. */
const workFactor = 18;
/** More than that takes more than 1 GiB; whoever asks for it wants to do us harm. */
const mostWork = 20;

/** What was given, encrypted. */
export async function* encryptAge(
  chunks: AsyncIterable<Uint8Array>,
  passphrase: Secret,
  work = workFactor,
): AsyncGenerator<Uint8Array, void, undefined> {
  const fileKey = randomBytes(16);
  const salt = randomBytes(16);
  const wrapped = seal(await stretch(passphrase, salt, work), Buffer.alloc(12), fileKey);
  const head = `${ageMagic}\n-> scrypt ${base64(salt)} ${work}\n${base64(wrapped)}\n---`;
  const nonce = randomBytes(16);
  yield Buffer.from(`${head} ${base64(mac(fileKey, head))}\n`);
  yield nonce;
  const key = derived(fileKey, nonce, "payload");
  const reader = new ByteReader(chunks);
  let number = 0;
  let piece = await reader.take(pieceBytes);
  while (piece.length === pieceBytes) {
    const next = await reader.take(pieceBytes);
    yield seal(key, nonceOf(number, next.length === 0), piece);
    number += 1;
    if (next.length === 0) return;
    piece = next;
  }
  yield seal(key, nonceOf(number, true), piece);
}

/** What was encrypted. Refuses a wrong passphrase, and at the first piece that is not as it was written. */
export async function* decryptAge(
  chunks: AsyncIterable<Uint8Array>,
  passphrase: Secret,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = new ByteReader(chunks);
  const lines: string[] = [];
  for (let count = 0; count < 4; count += 1) {
    const line = await reader.line(200);
    if (line === undefined) throw refuse("damaged", { why: "its beginning is not age's" });
    lines.push(line);
  }
  const [magic = "", stanza = "", body = "", end = ""] = lines;
  const [, salt = "", work = ""] = /^-> scrypt ([A-Za-z0-9+/]{22}) ([1-9]\d?)$/.exec(stanza) ?? [];
  const [, tag = ""] = /^--- ([A-Za-z0-9+/]{43})$/.exec(end) ?? [];
  if (magic !== ageMagic || salt === "" || tag === "" || !/^[A-Za-z0-9+/]{43}$/.test(body))
    throw refuse("damaged", { why: "it is not encrypted with one passphrase, as age does it" });
  if (Number(work) > mostWork) throw refuse("damaged", { why: `its work factor ${work} is past ${mostWork}` });
  const wrapKey = await stretch(passphrase, Buffer.from(salt, "base64"), Number(work));
  const fileKey = open(wrapKey, Buffer.alloc(12), Buffer.from(body, "base64"));
  if (!fileKey) throw refuse("wrong-passphrase");
  const expected = mac(fileKey, `${magic}\n${stanza}\n${body}\n---`);
  if (!timingSafeEqual(expected, Buffer.from(tag, "base64"))) throw refuse("damaged", { why: "its head was changed" });
  yield* pieces(reader, fileKey);
}

async function* pieces(reader: ByteReader, fileKey: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  const key = derived(fileKey, await reader.take(16), "payload");
  let sealed = await reader.take(pieceBytes + tagBytes);
  for (let number = 0; ; number += 1) {
    const next = sealed.length === pieceBytes + tagBytes ? await reader.take(pieceBytes + tagBytes) : Buffer.alloc(0);
    const last = next.length === 0;
    const piece = open(key, nonceOf(number, last), sealed);
    // Only what was empty as a whole has an empty last piece.
    if (!piece || (piece.length === 0 && number > 0))
      throw refuse("damaged", { why: "it is cut short or was changed" });
    yield piece;
    if (last) return;
    sealed = next;
  }
}

async function stretch(passphrase: Secret, salt: Uint8Array, work: number): Promise<Buffer> {
  const options = { N: 2 ** work, r: 8, p: 1, maxmem: 2 ** work * 8 * 128 + 2 ** 20 };
  const salted = Buffer.concat([Buffer.from(`${ageMagic}/scrypt`), salt]);
  return (await scryptOf(passphrase.reveal(), salted, 32, options)) as Buffer;
}

const scryptOf = promisify(scrypt) as (
  password: string,
  salt: Uint8Array,
  length: number,
  options: object,
) => Promise<unknown>;

function derived(fileKey: Uint8Array, salt: Uint8Array, purpose: "header" | "payload"): Buffer {
  return Buffer.from(hkdfSync("sha256", fileKey, salt, purpose, 32));
}

function mac(fileKey: Uint8Array, head: string): Buffer {
  return createHmac("sha256", derived(fileKey, Buffer.alloc(0), "header"))
    .update(head)
    .digest();
}

/** A number of 11 bytes, and whether it is the last piece. */
function nonceOf(number: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(number, 5, 6);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

function seal(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array): Buffer {
  const cipher = createCipheriv("chacha20-poly1305", key, nonce, { authTagLength: tagBytes });
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function open(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Buffer | undefined {
  if (sealed.length < tagBytes) return undefined;
  const cipher = createDecipheriv("chacha20-poly1305", key, nonce, { authTagLength: tagBytes });
  cipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  try {
    return Buffer.concat([cipher.update(sealed.subarray(0, sealed.length - tagBytes)), cipher.final()]);
  } catch {
    return undefined;
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}
