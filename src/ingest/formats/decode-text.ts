/** Node's own decoders, without the checks of `toString`. The types leave them out. */
interface Slicing {
  latin1Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
}

/** Text of `bytes[from, to)`; `ascii` promises that no byte is above 127. Invalid UTF-8 becomes U+FFFD. */
export function decodeText(bytes: Buffer, from: number, to: number, ascii: boolean): string {
  const slicing = bytes as unknown as Slicing;
  return ascii ? slicing.latin1Slice(from, to) : slicing.utf8Slice(from, to);
}
