import type { Json, JsonObject } from "#sigma";
import type { Budget } from "./budget.ts";
import type { ChunkBytes } from "./chunk-bytes.ts";
import { Damage } from "./damage.ts";
import type { Attribute, Element, Slot } from "./element.ts";
import { attributeFields, ElementFields } from "./fields.ts";
import { afterInstruction, readElement } from "./read-element.ts";
import { TemplateReader } from "./template-instance.ts";
import { noValues, type TemplateValues } from "./template-values.ts";
import { token } from "./token.ts";
import { binXmlType, decodeArray, decodeValue, type Scalar } from "./value.ts";

/** Renders fragments of one chunk's binary XML as JSON. */
export class JsonRenderer {
  readonly #bytes: ChunkBytes;
  readonly #budget: Budget;
  readonly #templates: TemplateReader;

  constructor(bytes: ChunkBytes, budget: Budget) {
    this.#bytes = bytes;
    this.#budget = budget;
    this.#templates = new TemplateReader(bytes, budget);
  }

  /** The fragment in `[at, end)` as an object with its root elements in it; usually one, `Event`. */
  render(at: number, end: number): JsonObject {
    const fields = new ElementFields(undefined, false);
    this.#fragment(at, end, fields, 0);
    return fields.finish(undefined);
  }

  #fragment(at: number, end: number, into: ElementFields, depth: number): void {
    const bytes = this.#bytes;
    if (depth > this.#budget.limits.depth)
      throw new Damage("too-deep", at, `fragments nest deeper than ${this.#budget.limits.depth}`);
    for (let position = at; position < end;) {
      this.#budget.node(position);
      const kind = bytes.u8(position) & 0x1f;
      if (kind === token.end) return;
      if (kind === token.fragmentHeader) {
        position += 4;
      } else if (kind === token.templateInstance) {
        const instance = this.#templates.read(position, end);
        for (const root of instance.roots) this.#child(root, instance.values, into, depth + 1);
        position = instance.next;
      } else if (kind === token.openElement) {
        const { element, next } = readElement(bytes, this.#budget, position, end, "without-dependency");
        this.#child(element, noValues, into, depth + 1);
        position = next;
      } else if (kind === token.instructionTarget || kind === token.instructionData) {
        position = afterInstruction(bytes, position, end);
      } else {
        throw new Damage("bad-binxml", position, `byte 0x${bytes.u8(position).toString(16)} cannot begin an element`);
      }
    }
  }

  /** Adds an element, or one for each item when a value of its content is an array (MS-EVEN6 3.1.4.7.5). */
  #child(element: Element, values: TemplateValues, into: ElementFields, depth: number): void {
    const array = element.slots.find((slot) => values.isArray(slot));
    if (array === undefined) return this.#add(element, values, into, depth);
    const items = this.#items(array, values);
    if (items.length === 0) items.push("");
    values.forEach(array, items, () => this.#add(element, values, into, depth));
  }

  #add(element: Element, values: TemplateValues, into: ElementFields, depth: number): void {
    if (!into.takesData(element.name))
      return into.add(element.name, this.#element(element, values, depth, true) ?? null);
    const name = element.attributes.find((attribute) => attribute.name === "Name");
    const field = name === undefined ? undefined : this.#text(name.parts, values);
    into.addData(field === undefined ? undefined : String(field), this.#element(element, values, depth, false) ?? "");
  }

  #element(element: Element, values: TemplateValues, depth: number, withAttributes: boolean): Json | undefined {
    this.#budget.node(0);
    if (depth > this.#budget.limits.depth)
      throw new Damage("too-deep", 0, `elements nest deeper than ${this.#budget.limits.depth}`);
    const attributes =
      withAttributes && element.attributes.length > 0 ? this.#attributes(element.attributes, values) : undefined;
    let text: Scalar | undefined;
    let fields: ElementFields | undefined;
    const children = (): ElementFields => {
      const holdsData = element.name === "EventData" || element.name === "UserData";
      return (fields ??= new ElementFields(
        attributes ?? (withAttributes ? undefined : this.#attributes(element.attributes, values)),
        holdsData,
      ));
    };
    for (const part of element.parts) {
      if (typeof part === "string") text = join(text, part);
      else if ("name" in part) this.#child(part, values, children(), depth + 1);
      else if (values.type(part) !== binXmlType) text = join(text, this.#value(part, values));
      else if (values.size(part) > 0) this.#nested(part, values, children(), depth + 1);
    }
    if (fields === undefined && attributes === undefined) return text;
    return children().finish(text);
  }

  #nested(slot: Slot, values: TemplateValues, into: ElementFields, depth: number): void {
    const at = values.place(slot);
    this.#fragment(at, at + values.size(slot), into, depth);
  }

  #attributes(attributes: readonly Attribute[], values: TemplateValues): JsonObject | undefined {
    return attributeFields(
      attributes.map((attribute) => attribute.name),
      attributes.map((attribute) => this.#text(attribute.parts, values)),
    );
  }

  #text(parts: Attribute["parts"], values: TemplateValues): Scalar | undefined {
    this.#budget.node(0);
    let text: Scalar | undefined;
    for (const part of parts) text = join(text, typeof part === "string" ? part : this.#value(part, values));
    return text;
  }

  #value(slot: Slot, values: TemplateValues): Scalar | undefined {
    this.#budget.node(values.place(slot));
    const item = values.item(slot);
    if (item !== undefined) return item;
    if (values.isArray(slot)) return this.#items(slot, values).join(",");
    return decodeValue(this.#bytes, this.#budget, values.type(slot), values.place(slot), values.size(slot));
  }

  #items(slot: Slot, values: TemplateValues): Scalar[] {
    return decodeArray(this.#bytes, this.#budget, values.type(slot), values.place(slot), values.size(slot));
  }
}

function join(text: Scalar | undefined, more: Scalar | undefined): Scalar | undefined {
  if (more === undefined || more === "") return text;
  return text === undefined ? more : `${text}${more}`;
}
