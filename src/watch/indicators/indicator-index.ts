import type { HotValues } from "#ingest";
import type { RuleFacts } from "../rules/generation.ts";
import { type Address, readAddress, readFour, spellAddress } from "./address.ts";
import { domainText, type IndicatorType, indicatorTypes, type Reach, urlText } from "./indicator.ts";
import { TextHash } from "./text-hash.ts";

/** All lists in force, as lanes share them: every lane reads the same memory. Made by `IndexBuilder`. */
export interface SharedIndicators {
  /** Says that these are other ones than before. */
  readonly version: number;
  /** UTF-8 JSON of `RuleFacts[]`: by number of a list, the rule that its findings are of. */
  readonly rules: SharedArrayBuffer;
  readonly seed: number;
  readonly count: number;
  /** Bit by number of a type: whether there are any. */
  readonly types: number;
  /** Pairs of mark and entry + 1, as many as a power of two; 0 is empty. Uint32. */
  readonly slots: SharedArrayBuffer;
  /** By entry: list (Uint16), type and reach (Uint8), from and until (Float64), number of its details (Uint32). */
  readonly lists: SharedArrayBuffer;
  readonly kinds: SharedArrayBuffer;
  readonly spans: SharedArrayBuffer;
  readonly details: SharedArrayBuffer;
  /** Where each entry's value begins in `text`, and where the last one ends. Uint32. */
  readonly textStarts: SharedArrayBuffer;
  readonly text: SharedArrayBuffer;
  /** The same for details: JSON of confidence, labels and reference. */
  readonly detailStarts: SharedArrayBuffer;
  readonly detailText: SharedArrayBuffer;
  /** Networks of each family: addresses where another network begins to be the innermost, and which entry that is + 1. */
  readonly four: SharedNetworks;
  readonly six: SharedNetworks;
  /** By entry: the network around it + 1; networks lie within each other or apart. Uint32. */
  readonly around: SharedArrayBuffer;
}

export interface SharedNetworks {
  readonly starts: SharedArrayBuffer;
  readonly owners: SharedArrayBuffer;
}

export type Sought = Pick<HotValues, "src_ip" | "dst_ip" | "domain" | "url" | "hash" | "user">;

/** An indicator that an event holds. */
export interface IndicatorHit {
  readonly list: number;
  /** The event's column, and what stands there. */
  readonly field: string;
  readonly value: string;
  readonly type: IndicatorType;
  readonly indicator: string;
  /** JSON of confidence, labels and reference. */
  readonly detail: string;
}

export interface IndicatorIndex {
  /** By number of a list. */
  readonly rules: readonly RuleFacts[];
  /** Those that hold at the time, each once a column. Some hundred nanoseconds where nothing is found. */
  match(event: Sought, at: number): readonly IndicatorHit[];
}

export const tagOf = Object.fromEntries(indicatorTypes.map((type, at) => [type, at])) as Record<IndicatorType, number>;
export const reachBits = { exact: 0, below: 16, "only-below": 32 } as const satisfies Record<Reach, number>;
const none: readonly IndicatorHit[] = [];

export function openIndex(shared: SharedIndicators): IndicatorIndex {
  const rules = JSON.parse(Buffer.from(shared.rules).toString("utf8")) as RuleFacts[];
  const slots = new Uint32Array(shared.slots);
  const mask = slots.length / 2 - 1;
  const kinds = new Uint8Array(shared.kinds);
  const spans = new Float64Array(shared.spans);
  const lists = new Uint16Array(shared.lists);
  const details = new Uint32Array(shared.details);
  const textStarts = new Uint32Array(shared.textStarts);
  const text = Buffer.from(shared.text);
  const detailStarts = new Uint32Array(shared.detailStarts);
  const detailText = Buffer.from(shared.detailText);
  const around = new Uint32Array(shared.around);
  const four = { starts: new Uint32Array(shared.four.starts), owners: new Uint32Array(shared.four.owners) };
  const six = { starts: new Uint32Array(shared.six.starts), owners: new Uint32Array(shared.six.owners) };
  const fourBegins = beginsOf(four.starts);
  const hash = new TextHash(shared.seed);
  const has = Object.fromEntries(indicatorTypes.map((type, at) => [type, ((shared.types >>> at) & 1) === 1])) as Record<
    IndicatorType,
    boolean
  >;
  let hits: IndicatorHit[] = [];
  let now = 0;

  const valueOf = (entry: number) => text.toString("utf8", textStarts[entry], textStarts[entry + 1]);

  function hit(entry: number, field: string, value: string): void {
    if (spans[entry * 2]! > now || spans[entry * 2 + 1]! <= now) return;
    const detail = details[entry]!;
    const type = indicatorTypes[kinds[entry]! & 15]!;
    const reach = kinds[entry]! & 48;
    const own = valueOf(entry);
    hits.push({
      list: lists[entry]!,
      field,
      value,
      type,
      indicator: reach === reachBits["only-below"] ? `*.${own}` : own,
      detail: detailText.toString("utf8", detailStarts[detail], detailStarts[detail + 1]),
    });
  }

  /** Of what `hash` has read: entries of that value, which `is` compares as text. */
  function find(field: string, value: string, is: (entry: number) => boolean): void {
    const { mark } = hash;
    for (let slot = hash.place & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot * 2 + 1]!;
      if (entry === 0) return;
      if (slots[slot * 2] === mark && is(entry - 1)) hit(entry - 1, field, value);
    }
  }

  function exactly(type: IndicatorType, field: string, value: string, normal: string): void {
    hash.begin(tagOf[type]);
    hash.read(normal, normal.length, false);
    find(field, value, (entry) => (kinds[entry]! & 15) === tagOf[type] && valueOf(entry) === normal);
  }

  function domain(field: string, value: string): void {
    const name = domainText(value);
    if (name === undefined) return;
    hash.begin(tagOf.domain);
    // The dot before a name is read with what lies below it.
    for (let end = name.length; end > 0;) {
      const at = hash.read(name, end, true);
      end = at;
      const isWhole = at === 0;
      find(field, value, (entry) => {
        const kind = kinds[entry]!;
        const reach = kind & 48;
        if ((kind & 15) !== tagOf.domain || (isWhole ? reach === reachBits["only-below"] : reach === reachBits.exact))
          return false;
        return valueOf(entry) === name.slice(at);
      });
    }
  }

  function address(field: string, value: string): void {
    if (value.includes(":")) return addressOfSix(field, value);
    if (has.ip) exactly("ip", field, value, value);
    if (!has.cidr) return;
    const read = readFour(value);
    if (read >= 0) networksOfFour(field, value, read);
  }

  /** Which has many spellings, and may be IPv4 in one of them. */
  function addressOfSix(field: string, value: string): void {
    const read = readAddress(value);
    if (!read) return;
    if (has.ip) exactly("ip", field, value, spellAddress(read));
    if (!has.cidr) return;
    if (read.length === 1) return networksOfFour(field, value, read[0]);
    const { starts, owners } = six;
    let low = 0;
    let high = owners.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (startsAfter(starts, middle * 4, read)) high = middle;
      else low = middle + 1;
    }
    if (low > 0) allAround(field, value, owners[low - 1]!);
  }

  function networksOfFour(field: string, value: string, of: number): void {
    const { starts, owners } = four;
    let low = fourBegins[of >>> 16]!;
    let high = fourBegins[(of >>> 16) + 1]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (starts[middle]! > of) high = middle;
      else low = middle + 1;
    }
    if (low > 0) allAround(field, value, owners[low - 1]!);
  }

  function allAround(field: string, value: string, innermost: number): void {
    for (let entry = innermost; entry !== 0; entry = around[entry - 1]!) hit(entry - 1, field, value);
  }

  function url(value: string, known: string): void {
    const normal = plainUrl(value);
    if (normal === undefined) return;
    const from = normal.indexOf("://") + 3;
    if (has.url) {
      hash.begin(tagOf.url);
      hash.read(normal, normal.length, false);
      find("url", value, (entry) => (kinds[entry]! & 15) === tagOf.url && valueOf(entry) === normal);
    }
    const end = normal.indexOf("/", from);
    const host = normal.slice(from, end).replace(/:\d+$/, "");
    // Most senders say the host beside the URL.
    if (host === known) return;
    if (host.startsWith("[")) address("url", host.slice(1, -1));
    else if (readFour(host) >= 0) address("url", host);
    else if (has.domain) domain("url", host);
  }

  return {
    rules,
    match(event, at) {
      if (shared.count === 0) return none;
      hits = [];
      now = at;
      if (has.ip || has.cidr) {
        if (event.src_ip !== "") address("src_ip", event.src_ip);
        if (event.dst_ip !== "") address("dst_ip", event.dst_ip);
      }
      if (event.domain !== "") {
        if (has.domain) domain("domain", event.domain);
        if ((has.ip || has.cidr) && (event.domain.includes(":") || readFour(event.domain) >= 0))
          address("domain", event.domain);
      }
      if (event.url !== "" && (has.url || has.domain || has.ip || has.cidr)) url(event.url, event.domain);
      if (has.hash) for (const one of event.hash) exactly("hash", "hash", one, one.toLowerCase());
      if (has.user && event.user !== "") {
        const name = event.user.toLowerCase();
        exactly("user", "user", event.user, name);
        const cut = name.lastIndexOf("\\");
        if (cut >= 0) exactly("user", "user", event.user, name.slice(cut + 1));
      }
      return hits;
    },
  };
}

/** By the first 16 bits of an address: how many networks start before all that begin so. */
function beginsOf(starts: Uint32Array): Uint32Array {
  const begins = new Uint32Array(65_537);
  for (const start of starts) begins[(start >>> 16) + 1]!++;
  for (let at = 1; at < begins.length; at++) begins[at]! += begins[at - 1]!;
  return begins;
}

function startsAfter(starts: Uint32Array, at: number, address: Address): boolean {
  for (let word = 0; word < address.length; word++) {
    const start = starts[at + word]!;
    if (start !== address[word]) return start > address[word]!;
  }
  return false;
}

/** As `urlText`, at a fraction of its cost for what is written plainly already, as logs' URLs are. */
function plainUrl(text: string): string | undefined {
  const scheme = text.indexOf("://");
  if (scheme <= 0 || scheme > 12 || text.length > 8_192) return undefined;
  const from = scheme + 3;
  let end = text.length;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 47 || code === 63 || code === 35) {
      end = at;
      break;
    }
  }
  const isPlain =
    text.charCodeAt(end) === 47 &&
    plainStart.test(text.slice(0, end)) &&
    !/[^\x21-\x7e]|[#"<>\\^`{|}]|\/\.|%2e/i.test(text.slice(end));
  return isPlain ? text : urlText(text);
}

/** Lower case, no user, no port, and a host that is no number: those have many spellings. */
const plainStart = /^https?:\/\/(?:[a-z0-9_-]+\.)*[a-z_][a-z0-9_-]*$/;
