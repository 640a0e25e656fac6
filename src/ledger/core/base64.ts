/** The base64 of RFC 4648, section 4, and nothing that only looks like it: one spelling for each sequence of bytes. */
export function readBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? new Uint8Array(bytes) : undefined;
}

export function spellBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** One hash of 32 bytes. */
export function readHash(text: string): Uint8Array | undefined {
  const bytes = text.length === 44 ? readBase64(text) : undefined;
  return bytes?.length === 32 ? bytes : undefined;
}

/** A number in decimal digits without leading zeros, as checkpoints and witnesses write sizes. */
export function readDecimal(text: string): number | undefined {
  const number = /^(?:0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}
