import { readBase64, spellBase64 } from "./base64.ts";

/** A text and who signed it: https://c2sp.org/signed-note */
export interface Note {
  /** With the newline at its end; the bytes that Ed25519 signatures are over. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteSignature {
  readonly name: string;
  /** The first 32 bits of the key's hash. */
  readonly keyId: number;
  /** What follows the key id; for Ed25519 64 bytes. */
  readonly signature: Uint8Array;
}

/** More than any log of ours or witness writes: a note comes from outside, and reading it costs bounded time. */
const mostCharacters = 64 * 1024;
const mostSignatures = 64;

/** Reads a signed note; `undefined` for what is none. */
export function readNote(whole: string): Note | undefined {
  if (whole.length > mostCharacters || !whole.isWellFormed() || /[\u0000-\u0009\u000b-\u001f]/.test(whole))
    return undefined;
  const cut = whole.lastIndexOf("\n\n");
  if (cut < 0) return undefined;
  const signatures = readSignatureLines(whole.slice(cut + 2));
  return signatures && { text: whole.slice(0, cut + 1), signatures };
}

/** Reads signature lines by themselves, as a witness answers them: one at least. */
export function readSignatureLines(text: string): NoteSignature[] | undefined {
  if (!text.endsWith("\n")) return undefined;
  const lines = text.slice(0, -1).split("\n");
  if (lines.length > mostSignatures) return undefined;
  const signatures = lines.map(readSignatureLine);
  return signatures.every((one) => one !== undefined) ? signatures : undefined;
}

function readSignatureLine(line: string): NoteSignature | undefined {
  const [, name = "", base64 = ""] = /^\u2014 ([^ ]+) ([^ ]+)$/.exec(line) ?? [];
  const bytes = isKeyName(name) ? readBase64(base64) : undefined;
  if (!bytes || bytes.length <= 4) return undefined;
  return { name, keyId: uint32(bytes), signature: bytes.subarray(4) };
}

export function spellNote({ text, signatures }: Note): string {
  return `${text}\n${signatures.map(spellSignatureLine).join("")}`;
}

export function spellSignatureLine({ name, keyId, signature }: NoteSignature): string {
  const bytes = new Uint8Array(4 + signature.length);
  new DataView(bytes.buffer).setUint32(0, keyId);
  bytes.set(signature, 4);
  return `\u2014 ${name} ${spellBase64(bytes)}\n`;
}

/** Without spaces of any kind, plus signs and control characters. */
export function isKeyName(name: string): boolean {
  return name !== "" && name.isWellFormed() && !/[\s\p{Z}\p{Cc}+]/u.test(name);
}

export function uint32(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}
