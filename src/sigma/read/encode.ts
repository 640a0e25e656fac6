import type { Pattern } from "../plan.ts";

export type Wide = "utf16le" | "utf16be" | "utf16";

/** The bytes that a text has once written in the encoding; without one, UTF-8. `utf16` starts with a byte order mark. */
export function bytesOf(text: string, wide: Wide | undefined): Uint8Array {
  if (wide === undefined) return new TextEncoder().encode(text);
  const marked = wide === "utf16" ? `\uFEFF${text}` : text;
  const bytes = new Uint8Array(marked.length * 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < marked.length; at++) view.setUint16(at * 2, marked.charCodeAt(at), wide !== "utf16be");
  return bytes;
}

/** `cmd` as it looks where UTF-16 was logged as if it were single bytes: a NUL beside each letter. ASCII only. */
export function widenPattern(pattern: Pattern, wide: Wide): Pattern | undefined {
  const widened: Pattern = pattern.map((part) =>
    typeof part === "string" ? Array.from(part, (c) => (wide === "utf16be" ? `\0${c}` : `${c}\0`)).join("") : part,
  );
  if (pattern.some((part) => typeof part === "string" && /[^\0-\x7f]/.test(part))) return undefined;
  const [first, ...rest] = widened;
  if (wide !== "utf16") return widened;
  return typeof first === "string" ? [`\uFEFF${first}`, ...rest] : ["\uFEFF", ...widened];
}

export function base64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/**
 * The three forms that bytes can take inside a longer text in Base64, by the number of bytes before them (mod 3). Only
 * characters that don't depend on the neighbours are kept.
 */
export function base64Offsets(bytes: Uint8Array): readonly [string, string, string] {
  const form = (before: 0 | 1 | 2): string => {
    const padded = new Uint8Array(before + bytes.length);
    padded.set(bytes, before);
    const from = [0, 2, 3][before]!;
    const cut = [0, 3, 2][padded.length % 3]!;
    const encoded = base64(padded);
    return encoded.slice(from, encoded.length - cut);
  };
  return [form(0), form(1), form(2)];
}
