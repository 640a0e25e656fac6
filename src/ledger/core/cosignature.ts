import { type Instant, instant } from "#kernel";
import type { Note, NoteSignature } from "./note.ts";
import { signaturesBy, type VerifierKey, type VerifyEd25519 } from "./verifier-key.ts";

/** A witness's word: as of `at`, this is the largest checkpoint of the log it saw, and all before it were its beginnings. */
export interface Cosignature {
  /** Whole seconds. */
  readonly at: Instant;
  readonly signature: NoteSignature;
}

/** What a cosignature/v1 signs: https://c2sp.org/tlog-cosignature, Ed25519. `time` in seconds since 1970. */
export function cosignedMessage(time: number, checkpointText: string): Uint8Array {
  return Buffer.from(`cosignature/v1\ntime ${time}\n${checkpointText}`);
}

/** Puts a cosignature's time in front of its 64 bytes. */
export function spellTimestamped(time: number, signature: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + signature.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(time));
  bytes.set(signature, 8);
  return bytes;
}

/** The newest valid cosignature of a witness's key on a checkpoint; `undefined` where there is none. */
export function findCosignature(note: Note, witness: VerifierKey, verify: VerifyEd25519): Cosignature | undefined {
  if (witness.kind !== "cosignature") return undefined;
  let newest: Cosignature | undefined;
  for (const signature of signaturesBy(note, witness)) {
    const { signature: bytes } = signature;
    if (bytes.length !== 72) continue;
    const time = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0);
    if (time > latestSecond) continue;
    const seconds = Number(time);
    if (!verify(witness.publicKey, cosignedMessage(seconds, note.text), bytes.subarray(8))) continue;
    const at = instant(seconds * 1_000);
    if (newest === undefined || at > newest.at) newest = { at, signature };
  }
  return newest;
}

/** The last second of the year 9999, where instants end. */
const latestSecond = 253_402_300_799n;
