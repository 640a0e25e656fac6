import { hash } from "node:crypto";
import type { SpelledDelivery } from "../contract.ts";

/**
 * Uids of a delivery's records: the first 128 bits of a SHA-256, so that a retry gives the same ones and nobody can make
 * two records share one. Without a key of the sender's, a record that tells a time is told by source, bytes and how many
 * equal records of the delivery came before it; one that tells none by the whole delivery's bytes and its number. With a
 * key, both are told by source, key, bytes and number.
 */
export class EventUids {
  #delivery: SpelledDelivery | undefined;
  #whole: string | undefined;
  /** Uid → how many more records had it. */
  readonly #seen = new Map<string, number>();
  /** What is hashed: begins with what all records of the delivery have in common. */
  #text = Buffer.allocUnsafeSlow(64 * 1024);
  #head = 0;

  begin(delivery: SpelledDelivery): void {
    this.#delivery = delivery;
    this.#whole = undefined;
    this.#seen.clear();
    const { source, key } = delivery;
    const head = Buffer.from(key === undefined ? `bytes\0${source}\0` : `key\0${source}\0${key}\0`);
    this.#head = 0;
    this.#room(head.length);
    this.#text.set(head);
    this.#head = head.length;
  }

  /** 32 hex digits. */
  of(bytes: Uint8Array, index: number, tellsTime: boolean): string {
    const { key, source } = this.#delivery!;
    if (key === undefined && !tellsTime) {
      this.#whole ??= hash("sha256", this.#delivery!.bytes);
      return hash("sha256", `delivery\0${source}\0${this.#whole}\0${index}`).slice(0, 32);
    }
    let end = this.#head + bytes.length;
    this.#room(end + 20);
    this.#text.set(bytes, this.#head);
    if (key !== undefined) end += this.#text.write(`\0${index}`, end, "latin1");
    const first = hash("sha256", this.#text.subarray(0, end)).slice(0, 32);
    if (key !== undefined) return first;
    const before = this.#seen.get(first);
    this.#seen.set(first, (before ?? 0) + 1);
    return before === undefined ? first : hash("sha256", `again\0${first}\0${before}`).slice(0, 32);
  }

  #room(bytes: number): void {
    if (bytes <= this.#text.length) return;
    const larger = Buffer.allocUnsafeSlow(bytes * 2);
    this.#text.copy(larger, 0, 0, this.#head);
    this.#text = larger;
  }
}
