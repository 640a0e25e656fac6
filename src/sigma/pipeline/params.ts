import type { Report } from "../read/report.ts";
import { entryOf, plainValue, type YamlEntry, type YamlMap, type YamlNode } from "../read/yaml/node.ts";
import type { Scalar } from "./step.ts";

/** Reads the keys of a processing item or condition; every key must be asked for, or `finish` reports it. */
export class Params {
  readonly map: YamlMap;
  readonly report: Report;
  /** For messages: `transformation 'regex'`. */
  readonly what: string;
  readonly #asked = new Set<string>();

  constructor(map: YamlMap, report: Report, what: string) {
    this.map = map;
    this.report = report;
    this.what = what;
  }

  entry(key: string): YamlEntry | undefined {
    this.#asked.add(key);
    return entryOf(this.map, key);
  }

  text(key: string): string | undefined {
    return this.#read(key, "a text", (node) => (node.kind === "scalar" && node.value !== null ? node.text : undefined));
  }

  needText(key: string): string | undefined {
    return this.#need(key) ? this.text(key) : undefined;
  }

  scalar(key: string): Scalar | undefined {
    return this.#read(key, "a plain value", (node) => (node.kind === "scalar" ? node.value : undefined));
  }

  flag(key: string): boolean {
    return this.#read(key, "true or false", booleanOf) ?? false;
  }

  /** One of several words; the first when it is left out. */
  choice<const T extends string>(key: string, words: readonly [T, ...T[]]): T {
    const read = (node: YamlNode) => words.find((word) => node.kind === "scalar" && node.text === word);
    return this.#read(key, `one of ${words.join(", ")}`, read) ?? words[0];
  }

  /** A text or a list of texts. */
  texts(key: string): string[] | undefined {
    return this.#read(key, "a text or a list of texts", textsOf);
  }

  needTexts(key: string): string[] | undefined {
    return this.#need(key) ? this.texts(key) : undefined;
  }

  /** A map from texts to texts or lists of texts. */
  needTextsByText(key: string): Map<string, readonly string[]> | undefined {
    if (!this.#need(key)) return undefined;
    return this.#read(key, "a map from names to names or lists of names", (node) => {
      if (node.kind !== "map") return undefined;
      const all = node.entries.map(({ key: name, value }) => [name, textsOf(value)] as const);
      return all.every((pair): pair is [string, string[]] => pair[1] !== undefined) ? new Map(all) : undefined;
    });
  }

  /** Plain data of any shape. */
  plain(key: string): unknown {
    const entry = this.entry(key);
    return entry && plainValue(entry.value);
  }

  /** The keys of a map below this one. */
  below(node: YamlNode, what: string): Params | undefined {
    if (node.kind === "map") return new Params(node, this.report, `${what} of the ${this.what}`);
    this.report.error(node.at, "pipeline-wrong-value", `The ${what} must be a map.`, "Write its keys one a line.");
    return undefined;
  }

  fail(key: string, code: string, message: string, advice: string): void {
    this.report.error(entryOf(this.map, key)?.value.at ?? this.map.at, code, message, advice);
  }

  /** Complains about keys that nobody asked for. */
  finish(): void {
    for (const { key, keyAt } of this.map.entries) {
      if (this.#asked.has(key)) continue;
      const advice = `Known here: ${[...this.#asked].join(", ")}.`;
      this.report.error(keyAt, "pipeline-unknown-key", `The ${this.what} has no key '${key}'.`, advice);
    }
  }

  #need(key: string): boolean {
    if (this.entry(key)) return true;
    const message = `The ${this.what} needs the key '${key}'.`;
    this.report.error(this.map.at, "pipeline-missing-key", message, `Add '${key}:'.`);
    return false;
  }

  #read<T>(key: string, expected: string, read: (node: YamlNode) => T | undefined): T | undefined {
    const entry = this.entry(key);
    if (!entry) return undefined;
    const value = read(entry.value);
    if (value === undefined) {
      const message = `'${key}' of the ${this.what} must be ${expected}.`;
      this.report.error(entry.value.at, "pipeline-wrong-value", message, `Write ${expected}.`);
    }
    return value;
  }
}

function textsOf(node: YamlNode): string[] | undefined {
  if (node.kind === "scalar") return [node.text];
  if (node.kind === "map") return undefined;
  const texts = node.items.map((item) => (item.kind === "scalar" ? item.text : undefined));
  return texts.every((text) => text !== undefined) ? (texts as string[]) : undefined;
}

function booleanOf(node: YamlNode): boolean | undefined {
  return node.kind === "scalar" && typeof node.value === "boolean" ? node.value : undefined;
}
