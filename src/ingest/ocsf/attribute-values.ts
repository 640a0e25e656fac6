import type { Json, JsonObject } from "#sigma";
import { objectRequirements } from "./classes.ts";
import type { CompiledAttribute, Source } from "./compile-mapping.ts";
import { conversions } from "./conversions.ts";
import { RecordReader } from "./record-reader.ts";

type Read = () => Json | undefined;

/** What is filled in where a class requires it and the record does not say it. */
const filledIn = new Set(["device", "actor", "src_endpoint"]);

/** A mapping's attributes, each read from a record only when it is asked for, and then once. */
export class AttributeValues {
  readonly #attributes: readonly CompiledAttribute[];
  readonly #values: (Json | undefined)[] = [];
  readonly #readIn: number[] = [];
  /** Counts records, so that no value of an earlier one is taken for this one's. */
  #record = 0;
  #body: JsonObject = {};
  #reader: RecordReader | undefined;

  constructor(attributes: readonly CompiledAttribute[]) {
    this.#attributes = attributes;
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
    const value = source && this.#find(source, source.convert);
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
    if (source !== undefined && map === undefined) value = this.#find(source, source.convert);
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
    if (source && short) return () => this.#find(source, short);
    return () => {
      let value = this.#value(index);
      for (const step of path) value = isJsonObject(value) ? value[step] : undefined;
      return value;
    };
  }

  #find(source: Source, convert: Source["convert"]): Json | undefined {
    for (const place of source.places) {
      // A path with `*` in it is read as `normalise` reads it.
      if (place.includes("*")) return (this.#reader ??= new RecordReader(this.#body)).read({ ...source, convert }, []);
      let value: Json | undefined = this.#body;
      for (let at = 0; at < place.length; at += 1) {
        const step = place[at]!;
        if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) {
          value = undefined;
          break;
        }
        value = (value as JsonObject)[step];
      }
      if (value === undefined || value === null || value === "" || value === "-") continue;
      const converted = convert(value);
      if (converted !== undefined) return converted;
    }
    return undefined;
  }
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

function part(value: Json | undefined, name: string): Json | undefined {
  return isJsonObject(value) ? value[name] : undefined;
}

function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
