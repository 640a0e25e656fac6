/** Numbers that are the same in every run: mulberry32. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** 0 ≤ x < 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }

  hex(digits: number): string {
    let text = "";
    while (text.length < digits) text += this.below(16).toString(16);
    return text;
  }

  guid(): string {
    return `{${this.hex(8)}-${this.hex(4)}-${this.hex(4)}-${this.hex(4)}-${this.hex(12)}}`;
  }

  word(): string {
    let text = "";
    for (let syllables = 2 + this.below(2); syllables > 0; syllables--)
      text += this.pick(consonants) + this.pick(vowels);
    return text;
  }

  /** Fills `{name}` in a template: user, host, word, number, hex, guid, ip, domain, base64. */
  fill(template: string): string {
    return template.replace(/\{(\w+)\}/g, (_, name: string) => this.#value(name));
  }

  #value(name: string): string {
    switch (name) {
      case "user":
        return this.pick(users);
      case "host":
        return `${this.pick(["WS", "SRV", "LT"])}${100 + this.below(400)}`;
      case "word":
        return this.word();
      case "number":
        return String(this.below(10_000));
      case "hex":
        return this.hex(8);
      case "guid":
        return this.guid();
      case "ip":
        return `10.${this.below(256)}.${this.below(256)}.${this.below(256)}`;
      case "domain":
        return `${this.word()}.${this.pick(["com", "net", "example", "io"])}`;
      case "base64":
        return Buffer.from(this.hex(60)).toString("base64");
      default:
        throw new Error(`no value called ${name}`);
    }
  }
}

const consonants = ["b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "st", "tr"];
const vowels = ["a", "e", "i", "o", "u", "ai", "ea"];
const users = [
  "a.becker",
  "j.okafor",
  "m.tanaka",
  "s.lindqvist",
  "r.alvarez",
  "svc_backup",
  "svc_sql",
  "d.novak",
  "k.osei",
];

/** The time of the event with this number, as Sysmon writes it. */
export function timeOf(number: number): string {
  return new Date(Date.UTC(2025, 2, 3) + number * 137).toISOString().replace("T", " ").replace("Z", "");
}
