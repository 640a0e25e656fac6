import type { Json, JsonObject } from "#sigma";
import { objectRequirements } from "./classes.ts";
import type { CompiledAttribute, Source } from "./compile-mapping.ts";
import { conversions } from "./conversions.ts";
import { hashTexts } from "./hot-text.ts";
import { RecordReader } from "./record-reader.ts";

type Read = () => Json | undefined;

/** What is filled in where a class requires it and the record does not say it. */
const filledIn = new Set(["device", "actor", "src_endpoint"]);

/** A mapping's attributes, each read from a record only when it is asked for, and then once. */
export class AttributeValues {
  readonly #attributes: readonly CompiledAttribute[];
  readonly #values: (Json | undefined)[] = [];
  readonly #readIn: number[] = [];
  readonly #plain: readonly boolean[];
  /** Counts records, so that no value of an earlier one is taken for this one's. */
  #record = 0;
  #body: JsonObject = {};
  #reader: RecordReader | undefined;

  constructor(attributes: readonly CompiledAttribute[]) {
    this.#attributes = attributes;
    this.#plain = attributes.map(({ source }) => source === undefined || source.places.every(isPlain));
    for (const _ of attributes) {
      this.#values.push(undefined);
      this.#readIn.push(0);
    }
  }

  open(body: JsonObject): void {
    this.#body = body;
    this.#record += 1;
    this.#reader = undefined;
  }

  /** Attribute's value as text in lower case, for comparing. */
  peek(index: number): string | undefined {
    const { source } = this.#attributes[index]!;
    const value = source && this.#find(index, source, source.convert);
    return typeof value === "object" || value === undefined ? undefined : String(value).toLowerCase();
  }

  /** How to read what lies at a path of the event; undefined when no attribute can say it. Later attributes go first. */
  place(path: readonly string[]): Read | undefined {
    const reads: Read[] = [];
    for (let index = this.#attributes.length - 1; index >= 0; index -= 1) {
      const { to } = this.#attributes[index]!;
      if (to.length > path.length || !to.every((step, at) => step === path[at])) continue;
      const inside = path.slice(to.length);
      reads.push(inside.length === 0 ? () => this.#value(index) : this.#inside(index, inside));
    }
    const [only] = reads;
    if (reads.length < 2) return only;
    return () => {
      for (const read of reads) {
        const value = read();
        if (value !== undefined) return value;
      }
      return undefined;
    };
  }

  /** How to read the values of the fingerprints at a path; undefined when no attribute can say it. */
  hashes(path: readonly string[]): (() => readonly string[]) | undefined {
    const read = this.place(path);
    if (read === undefined) return undefined;
    const index = this.#attributes.findLastIndex(({ to }) => to.join(".") === path.join("."));
    const { source, map } = this.#attributes[index] ?? {};
    if (!source || map || source.convert !== conversions["hashes"]) return () => hashTexts(read());
    // Sysmon's list, cut at its commas; what is no such list is read as any other.
    return () => (this.#find(index, source, listedHashes) as readonly string[] | undefined) ?? hashTexts(read());
  }

  /** Whether an event has what its class requires, objects that lack what they require left out. */
  soundness(required: readonly string[], oneOf: readonly (readonly string[])[]): () => boolean {
    const needs = required.filter((name) => !filledIn.has(name)).map((name) => this.#has([name]));
    // Where the class requires an address and OCSF's own check fills one in, the group is satisfied by it.
    const groups = oneOf
      .filter((names) => !names.some((name) => filledIn.has(name) && required.includes(name)))
      .map((names) => names.map((name) => this.#has([name])));
    return () => needs.every((has) => has()) && groups.every((group) => group.some((has) => has()));
  }

  #has(path: readonly string[]): () => boolean {
    const exact = this.place(path);
    const deeper = this.#attributes.flatMap(({ to }, index) =>
      to.length > path.length && path.every((step, at) => step === to[at]) ? [index] : [],
    );
    const needs = objectRequirements[path.at(-1)!];
    const required = needs?.required.map((name) => this.#has([...path, name])) ?? [];
    const groups = needs?.oneOf.map((names) => names.map((name) => this.#has([...path, name]))) ?? [];
    const isSound = () => required.every((has) => has()) && groups.every((group) => group.some((has) => has()));
    return () => {
      if (needs !== undefined && isSound()) return true;
      const value = exact?.();
      const isObject = deeper.some((index) => this.#value(index) !== undefined) || isJsonObject(value);
      return isObject ? needs === undefined : value !== undefined;
    };
  }

  #value(index: number): Json | undefined {
    if (this.#readIn[index] === this.#record) return this.#values[index];
    const { constant, source, map, otherwise } = this.#attributes[index]!;
    let value = constant;
    if (source !== undefined && map === undefined) value = this.#find(index, source, source.convert);
    if (source !== undefined && map !== undefined) {
      const said = this.peek(index);
      value = said === undefined ? undefined : (map.get(said) ?? otherwise);
    }
    this.#readIn[index] = this.#record;
    this.#values[index] = value;
    return value;
  }

  /** A part of what a conversion makes; the parts that columns hold are made without the rest. */
  #inside(index: number, path: readonly string[]): Read {
    const { source, map } = this.#attributes[index]!;
    const short = source && map === undefined ? shortcuts.get(source.convert)?.[path.join(".")] : undefined;
    if (source && short) return () => this.#find(index, source, short);
    return () => {
      let value = this.#value(index);
      for (const step of path) value = isJsonObject(value) ? value[step] : undefined;
      return value;
    };
  }

  #find(index: number, source: Source, convert: Source["convert"]): Json | undefined {
    if (!this.#plain[index]) return this.#findCarefully(source, convert);
    for (const place of source.places) {
      let value: Json | undefined = this.#body;
      for (let at = 0; at < place.length && value !== undefined; at += 1)
        value = typeof value === "object" && value !== null ? (value as JsonObject)[place[at]!] : undefined;
      if (value === undefined || value === null || value === "" || value === "-") continue;
      const converted = convert(value);
      if (converted !== undefined) return converted;
    }
    return undefined;
  }

  #findCarefully(source: Source, convert: Source["convert"]): Json | undefined {
    return (this.#reader ??= new RecordReader(this.#body)).read({ ...source, convert }, []);
  }
}

/** Whether a plain look-up reads a path as `RecordReader` does: no `*`, nothing that every object inherits. */
function isPlain(place: readonly string[]): boolean {
  return place.every((step) => step !== "*" && !(step in Object.prototype));
}

/** Conversion → part of what it makes → the same part alone. */
const shortcuts = new Map<Source["convert"], Readonly<Record<string, Source["convert"]>>>([
  [
    conversions["file"]!,
    {
      path: (value) => (typeof value === "string" ? pathOf(value) : part(conversions["file"]!(value), "path")),
      type_id: (value) =>
        typeof value === "string" ? pathOf(value) && 1 : part(conversions["file"]!(value), "type_id"),
    },
  ],
  [
    conversions["user"]!,
    {
      name: (value) =>
        typeof value === "string" && !value.includes("\\") && !value.includes("@")
          ? value
          : part(conversions["user"]!(value), "name"),
    },
  ],
]);

/** A path whose last step has a name. */
function pathOf(path: string): string | undefined {
  const last = path.charCodeAt(path.length - 1);
  return (last !== 0x2f && last !== 0x5c && path !== "") || /[^\\/]/.test(path) ? path : undefined;
}

const listed = /^\w+=([\da-f]{8,128})$/i;

/** Of `SHA1=…,MD5=…`. */
function listedHashes(value: Json): readonly string[] | undefined {
  if (typeof value !== "string") return undefined;
  const found: string[] = [];
  for (const one of value.split(",")) {
    const hex = listed.exec(one)?.[1];
    if (hex === undefined) return undefined;
    found.push(hex.toLowerCase());
  }
  return found;
}

function part(value: Json | undefined, name: string): Json | undefined {
  return isJsonObject(value) ? value[name] : undefined;
}

function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
