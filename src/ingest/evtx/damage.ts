/**
 * Why bytes of an event record could not be decoded. Thrown inside the decoder, caught in one place
 * (`decode-record.ts`), which turns it into a value: a decoder that is ten calls deep in hostile bytes has nothing
 * sensible to return.
 */
export type DamageCode =
  /** Binary XML that breaks its own grammar, or points outside its chunk. */
  | "bad-binxml"
  /** A template definition that cannot be read: every record that uses it is lost. */
  | "bad-template"
  /** Elements or fragments nested deeper than the limit. */
  | "too-deep"
  /** Bytes that would unfold into more values or text than the limit. */
  | "bomb";

export class Damage extends Error {
  readonly code: DamageCode;
  /** Where it was noticed, in bytes from the start of the chunk. */
  readonly at: number;
  constructor(code: DamageCode, at: number, message: string) {
    super(message);
    this.code = code;
    this.at = at;
  }
}
