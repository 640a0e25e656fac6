/** An element as tests draft it; `content` and attribute values in order. */
export interface ElementDraft {
  readonly name: string;
  readonly attributes?: readonly (readonly [string, readonly PartDraft[]])[];
  readonly content?: readonly (PartDraft | ElementDraft)[];
}

export type PartDraft =
  | { readonly text: string }
  | { readonly slot: number; readonly type: number; readonly optional?: boolean }
  | { readonly cdata: string }
  | { readonly character: number }
  | { readonly entity: string }
  | { readonly instruction: readonly [target: string, data: string] };

export interface Template {
  /** Templates of one GUID are written once a chunk. */
  readonly guid: Uint8Array;
  readonly root: ElementDraft;
}

export interface Instance {
  readonly template: Template;
  readonly values: readonly ValueDraft[];
}

export type ValueDraft =
  | { readonly type: number; readonly bytes: Uint8Array }
  /** Nested binary XML. */
  | { readonly fragment: FragmentDraft };

export type FragmentDraft =
  | { readonly instance: Instance }
  /** Descriptions differ on whether a bare element starts with a dependency identifier. */
  | { readonly element: ElementDraft; readonly dependency?: boolean };

/** Writes binary XML into a chunk, with the chunk's tables of names and templates. A RangeError says that it is full. */
export class BinXmlWriter {
  position: number;
  /** First place of each of the 64 and 32 hash chains. */
  readonly nameBuckets = new Map<number, number>();
  readonly templateBuckets = new Map<number, number>();
  readonly #bytes: Buffer;
  readonly #names = new Map<string, number>();
  readonly #templates = new Map<string, number>();

  constructor(bytes: Buffer, position: number) {
    this.#bytes = bytes;
    this.position = position;
  }

  /** Remembers where the writer is; calling what it gives takes back all that was written since. */
  mark(): () => void {
    const { position } = this;
    const tables = [this.nameBuckets, this.templateBuckets, this.#names, this.#templates] as Map<unknown, number>[];
    const copies = tables.map((table) => [...table]);
    return () => {
      this.#bytes.fill(0, position);
      this.position = position;
      tables.forEach((table, index) => {
        table.clear();
        for (const [key, value] of copies[index]!) table.set(key, value);
      });
    };
  }

  u8(value: number): void {
    this.position = this.#bytes.writeUInt8(value, this.position);
  }

  u16(value: number): void {
    this.position = this.#bytes.writeUInt16LE(value, this.position);
  }

  u32(value: number): void {
    this.position = this.#bytes.writeUInt32LE(value, this.position);
  }

  skip(size: number): void {
    this.position += size;
    if (this.position > this.#bytes.length) throw new RangeError("the chunk is full");
  }

  align(to: number, remainder: number): void {
    while (this.position % to !== remainder) this.u8(0);
  }

  fragment(draft: FragmentDraft, withEnd = true): void {
    this.#raw(Uint8Array.of(0x0f, 1, 1, 0));
    if ("instance" in draft) this.#instance(draft.instance);
    else this.#element(draft.element, draft.dependency ?? false);
    if (withEnd) this.u8(0);
  }

  #instance({ template, values }: Instance): void {
    this.u8(0x0c);
    this.u8(1);
    this.#raw(template.guid.subarray(0, 4));
    const key = Buffer.from(template.guid).toString("hex");
    const known = this.#templates.get(key);
    this.u32(known ?? this.position + 4);
    if (known === undefined) this.#definition(template, key);
    this.u32(values.length);
    const descriptors = this.position;
    this.skip(values.length * 4);
    values.forEach((value, index) => {
      const from = this.position;
      if ("fragment" in value) this.fragment(value.fragment);
      else this.#raw(value.bytes);
      this.#bytes.writeUInt16LE(this.position - from, descriptors + index * 4);
      this.#bytes.writeUInt8("fragment" in value ? 0x21 : value.type, descriptors + index * 4 + 2);
    });
  }

  #definition({ guid, root }: Template, key: string): void {
    const at = this.position;
    this.#templates.set(key, at);
    const bucket = Buffer.from(guid).readUInt32LE(0) % 32;
    this.u32(this.templateBuckets.get(bucket) ?? 0);
    this.templateBuckets.set(bucket, at);
    this.#raw(guid);
    const size = this.position;
    this.skip(4);
    this.#raw(Uint8Array.of(0x0f, 1, 1, 0));
    this.#element(root, true);
    this.u8(0);
    this.#bytes.writeUInt32LE(this.position - size - 4, size);
  }

  #element({ name, attributes = [], content = [] }: ElementDraft, dependency: boolean): void {
    this.u8(attributes.length > 0 ? 0x41 : 0x01);
    if (dependency) this.u16(0xffff);
    const size = this.position;
    this.skip(4);
    this.#name(name);
    if (attributes.length > 0) this.#attributes(attributes);
    if (content.length === 0) {
      this.u8(0x03);
    } else {
      this.u8(0x02);
      content.forEach((part, index) => {
        if ("name" in part) this.#element(part, dependency);
        else this.#part(part, index < content.length - 1 && !("name" in content[index + 1]!));
      });
      this.u8(0x04);
    }
    this.#bytes.writeUInt32LE(this.position - size - 4, size);
  }

  #attributes(attributes: NonNullable<ElementDraft["attributes"]>): void {
    const size = this.position;
    this.skip(4);
    attributes.forEach(([name, parts], index) => {
      this.u8(index < attributes.length - 1 ? 0x46 : 0x06);
      this.#name(name);
      parts.forEach((part, place) => this.#part(part, place < parts.length - 1));
    });
    this.#bytes.writeUInt32LE(this.position - size - 4, size);
  }

  #part(part: PartDraft, more: boolean): void {
    const flag = more ? 0x40 : 0;
    if ("text" in part) {
      this.u8(0x05 | flag);
      this.u8(1);
      this.#counted(part.text);
    } else if ("slot" in part) {
      this.u8(part.optional ? 0x0e : 0x0d);
      this.u16(part.slot);
      this.u8(part.type);
    } else if ("cdata" in part) {
      this.u8(0x07 | flag);
      this.#counted(part.cdata);
    } else if ("character" in part) {
      this.u8(0x08 | flag);
      this.u16(part.character);
    } else if ("entity" in part) {
      this.u8(0x09 | flag);
      this.#name(part.entity);
    } else {
      this.u8(0x0a);
      this.#name(part.instruction[0]);
      this.u8(0x0b);
      this.#counted(part.instruction[1]);
    }
  }

  /** The place of a name, and the name itself the first time. */
  #name(name: string): void {
    const known = this.#names.get(name);
    this.u32(known ?? this.position + 4);
    if (known !== undefined) return;
    const at = this.position;
    this.#names.set(name, at);
    let hash = 0;
    for (let unit = 0; unit < name.length; unit++) hash = (Math.imul(hash, 65_599) + name.charCodeAt(unit)) >>> 0;
    const bucket = (hash & 0xffff) % 64;
    this.u32(this.nameBuckets.get(bucket) ?? 0);
    this.nameBuckets.set(bucket, at);
    this.u16(hash & 0xffff);
    this.#counted(name);
    this.u16(0);
  }

  #counted(text: string): void {
    this.u16(text.length);
    this.#raw(Buffer.from(text, "utf16le"));
  }

  #raw(bytes: Uint8Array): void {
    const from = this.position;
    this.skip(bytes.length);
    this.#bytes.set(bytes, from);
  }
}
