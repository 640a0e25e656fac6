import type { RuleFacts } from "../rules/generation.ts";
import { type Address, lastOf, type Network, readNetwork } from "./address.ts";
import type { Indicator } from "./indicator.ts";
import { reachBits, type SharedIndicators, type SharedNetworks, tagOf } from "./indicator-index.ts";
import { TextHash } from "./text-hash.ts";

/** Gathers indicators in any order and lays them out for `openIndex`. */
export class IndexBuilder {
  readonly #rules: RuleFacts[] = [];
  readonly #lists: number[] = [];
  readonly #kinds: number[] = [];
  readonly #spans: number[] = [];
  readonly #details: number[] = [];
  readonly #values: string[] = [];
  readonly #detailNumbers = new Map<string, number>();
  #types = 0;

  /** Gives the list's number, which findings are told by. */
  addList(rule: RuleFacts): number {
    // Lists are numbered in 16 bits.
    if (this.#rules.length >= 65_535) throw new RangeError("too many lists");
    return this.#rules.push(rule) - 1;
  }

  add(list: number, { type, value, reach, from, until, confidence, labels, reference }: Indicator): void {
    const detail = JSON.stringify({ ...(confidence !== undefined && { confidence }), labels, reference });
    let number = this.#detailNumbers.get(detail);
    if (number === undefined) this.#detailNumbers.set(detail, (number = this.#detailNumbers.size));
    this.#lists.push(list);
    this.#kinds.push(tagOf[type] | reachBits[reach]);
    this.#spans.push(from ?? -Infinity, until ?? Infinity);
    this.#details.push(number);
    this.#values.push(value);
    this.#types |= 1 << tagOf[type];
  }

  /** `seed` is any number that nobody outside knows. */
  finish(version: number, seed: number): SharedIndicators {
    const count = this.#values.length;
    const around = new Uint32Array(new SharedArrayBuffer(count * 4));
    const networks: (Network & { entry: number })[] = [];
    const slots = new Uint32Array(new SharedArrayBuffer(sizeFor(count) * 8));
    const mask = slots.length / 2 - 1;
    const hash = new TextHash(seed);
    this.#values.forEach((value, entry) => {
      const tag = this.#kinds[entry]! & 15;
      if (tag === tagOf.cidr) {
        const network = readNetwork(value);
        if (network) networks.push({ ...network, entry });
        return;
      }
      hash.begin(tag);
      hash.read(value, value.length, false);
      let slot = hash.place & mask;
      while (slots[slot * 2 + 1] !== 0) slot = (slot + 1) & mask;
      slots[slot * 2] = hash.mark;
      slots[slot * 2 + 1] = entry + 1;
    });
    const text = joined(this.#values);
    const detailText = joined([...this.#detailNumbers.keys()]);
    return {
      version,
      rules: sharedBytes(Buffer.from(JSON.stringify(this.#rules))),
      seed,
      count,
      types: this.#types,
      slots: slots.buffer,
      lists: sharedBytes(new Uint8Array(Uint16Array.from(this.#lists).buffer)),
      kinds: sharedBytes(Uint8Array.from(this.#kinds)),
      spans: sharedBytes(new Uint8Array(Float64Array.from(this.#spans).buffer)),
      details: sharedBytes(new Uint8Array(Uint32Array.from(this.#details).buffer)),
      textStarts: text.starts,
      text: text.bytes,
      detailStarts: detailText.starts,
      detailText: detailText.bytes,
      four: layOut(
        networks.filter(({ first }) => first.length === 1),
        around,
      ),
      six: layOut(
        networks.filter(({ first }) => first.length === 4),
        around,
      ),
      around: around.buffer,
    };
  }
}

/** At most half of the slots are taken, or one long probe would follow another. */
function sizeFor(count: number): number {
  let size = 16;
  while (size < count * 2) size *= 2;
  return size;
}

/**
 * Networks lie within each other or apart, so the line of all addresses falls into stretches with one innermost network
 * each; an address is in that network and in all around it.
 */
function layOut(networks: (Network & { entry: number })[], around: Uint32Array): SharedNetworks {
  networks.sort((a, b) => compare(a.first, b.first) || a.bits - b.bits || a.entry - b.entry);
  const starts: number[] = [];
  const owners: number[] = [];
  const open: { entry: number; last: Address }[] = [];
  const begin = (at: Address, owner: number) => {
    // What begins at the same address lies further within.
    const size = at.length;
    if (owners.length > 0 && at.every((word, index) => starts[(owners.length - 1) * size + index] === word))
      owners[owners.length - 1] = owner;
    else {
      starts.push(...at);
      owners.push(owner);
    }
  };
  const close = (until: Address | undefined) => {
    for (let top = open.at(-1); top && (!until || compare(top.last, until) < 0); top = open.at(-1)) {
      open.pop();
      const after = next(top.last);
      if (after) begin(after, (open.at(-1)?.entry ?? -1) + 1);
    }
  };
  for (const network of networks) {
    close(network.first);
    around[network.entry] = (open.at(-1)?.entry ?? -1) + 1;
    begin(network.first, network.entry + 1);
    open.push({ entry: network.entry, last: lastOf(network) });
  }
  close(undefined);
  return {
    starts: sharedBytes(new Uint8Array(Uint32Array.from(starts).buffer)),
    owners: sharedBytes(new Uint8Array(Uint32Array.from(owners).buffer)),
  };
}

function compare(a: Address, b: Address): number {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return a[at]! - b[at]!;
  return 0;
}

/** Undefined after the last address of all. */
function next(address: Address): Address | undefined {
  const words = [...address];
  for (let at = words.length - 1; at >= 0; at--) {
    if (words[at] !== 0xffff_ffff) {
      words[at]!++;
      return words as unknown as Address;
    }
    words[at] = 0;
  }
  return undefined;
}

function joined(texts: readonly string[]): { starts: SharedArrayBuffer; bytes: SharedArrayBuffer } {
  const bytes = sharedBytes(Buffer.from(texts.join("")));
  const starts = new Uint32Array(new SharedArrayBuffer((texts.length + 1) * 4));
  let end = 0;
  texts.forEach((text, at) => (starts[at + 1] = end += Buffer.byteLength(text)));
  return { starts: starts.buffer, bytes };
}

function sharedBytes(bytes: Uint8Array): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  return shared;
}
