import { readBase64, spellBase64 } from "./base64.ts";
import { isKeyName, type Note, type NoteSignature, uint32 } from "./note.ts";
import type { Sha256 } from "./tree-hash.ts";

/** What a signature is over: the note's text itself (`0x01`), or a cosignature's message (`0x04`, timestamped). */
export type SignatureKind = "note" | "cosignature";

/** A public key that notes are checked with, written `name+hash+base64`: https://c2sp.org/signed-note#verifier-keys */
export interface VerifierKey {
  readonly name: string;
  readonly kind: SignatureKind;
  readonly keyId: number;
  /** 32 bytes, as RFC 8032 encodes them. */
  readonly publicKey: Uint8Array;
}

/** Whether 64 bytes are the Ed25519 signature (RFC 8032) of a message by a public key of 32 bytes. Never throws. */
export type VerifyEd25519 = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

const kindBytes = { note: 1, cosignature: 4 } as const satisfies Record<SignatureKind, number>;

export function makeVerifierKey(sha256: Sha256, name: string, publicKey: Uint8Array, kind: SignatureKind): VerifierKey {
  if (!isKeyName(name)) throw new RangeError("a key's name has no spaces and no plus sign");
  if (publicKey.length !== 32) throw new RangeError("an Ed25519 public key has 32 bytes");
  const head = Buffer.from(`${name}\n`);
  return { name, kind, publicKey, keyId: uint32(sha256(Uint8Array.from([...head, kindBytes[kind], ...publicKey]))) };
}

export function spellVerifierKey({ name, kind, keyId, publicKey }: VerifierKey): string {
  const key = spellBase64(Uint8Array.from([kindBytes[kind], ...publicKey]));
  return `${name}+${keyId.toString(16).padStart(8, "0")}+${key}`;
}

/** Reads `name+hash+base64`; `undefined` for what is none, or whose hash is not its own. */
export function readVerifierKey(sha256: Sha256, text: string): VerifierKey | undefined {
  if (text.length > 1_000) return undefined;
  const [, name = "", hash = "", base64 = ""] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/u.exec(text) ?? [];
  const [type, ...rest] = readBase64(base64) ?? [];
  const kind = type === kindBytes.note ? "note" : type === kindBytes.cosignature ? "cosignature" : undefined;
  if (kind === undefined || rest.length !== 32 || !isKeyName(name)) return undefined;
  const key = makeVerifierKey(sha256, name, Uint8Array.from(rest), kind);
  return key.keyId === Number.parseInt(hash, 16) ? key : undefined;
}

/** The signatures of a note that name this key: by its name and its id, as a signer has to write them. */
export function signaturesBy(note: Note, key: VerifierKey): NoteSignature[] {
  return note.signatures.filter(({ name, keyId }) => name === key.name && keyId === key.keyId);
}

/** Who signed: `none` where the key is not named, `bad` where a signature under its name does not fit. */
export function checkSignature(note: Note, key: VerifierKey, verify: VerifyEd25519): "good" | "bad" | "none" {
  const named = signaturesBy(note, key);
  if (named.length === 0) return "none";
  const message = Buffer.from(note.text);
  return named.every(({ signature }) => signature.length === 64 && verify(key.publicKey, message, signature))
    ? "good"
    : "bad";
}
