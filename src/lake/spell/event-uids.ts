import { hash } from "node:crypto";
import type { SpelledDelivery } from "../contract.ts";

const prefixes = { bytes: "b", place: "p" } as const;

/**
 * Uids of a delivery's records: the first 128 bits of a SHA-256, so that a retry gives the same ones and nobody can make
 * two records share one. Without a key of the sender's, a record that tells a time is told by source, bytes and how many
 * equal records of the delivery came before it; one that tells none by the whole delivery's bytes and its number. With a
 * key, both are told by source, key, number and bytes.
 */
export class EventUids {
  #delivery: SpelledDelivery | undefined;
  #head = "";
  #whole: string | undefined;
  /** Uid → how many more records had it. */
  readonly #seen = new Map<string, number>();
  #text = Buffer.allocUnsafeSlow(64 * 1024);

  begin(delivery: SpelledDelivery): void {
    this.#delivery = delivery;
    this.#whole = undefined;
    this.#seen.clear();
    const { source, key } = delivery;
    this.#head = key === undefined ? `${prefixes.bytes}\0${source}\0` : `${prefixes.place}\0${source}\0${key}\0`;
  }

  /** 32 hex digits. */
  of(bytes: Uint8Array, index: number, tellsTime: boolean): string {
    const { key, source } = this.#delivery!;
    if (key !== undefined) return this.#hash(`${this.#head}${index}\0`, bytes);
    if (!tellsTime)
      return hash("sha256", `${prefixes.place}\0${source}\0${this.#deliveryHash()}\0${index}`).slice(0, 32);
    const first = this.#hash(this.#head, bytes);
    const before = this.#seen.get(first);
    this.#seen.set(first, (before ?? 0) + 1);
    return before === undefined ? first : hash("sha256", `${first}\0${before}`).slice(0, 32);
  }

  #deliveryHash(): string {
    return (this.#whole ??= hash("sha256", this.#delivery!.bytes));
  }

  /** Head and bytes lie together, as one call over both costs half of three over each. */
  #hash(head: string, bytes: Uint8Array): string {
    const most = head.length * 3 + bytes.length;
    if (most > this.#text.length) this.#text = Buffer.allocUnsafeSlow(most * 2);
    const at = this.#text.write(head);
    this.#text.set(bytes, at);
    return hash("sha256", this.#text.subarray(0, at + bytes.length)).slice(0, 32);
  }
}
