import type { Budget } from "./budget.ts";
import type { ChunkBytes } from "./chunk-bytes.ts";
import { Damage } from "./damage.ts";
import type { Element } from "./element.ts";
import { afterInstruction, readElement } from "./read-element.ts";
import { TemplateValues } from "./template-values.ts";
import { token } from "./token.ts";

export interface TemplateInstance {
  readonly roots: readonly Element[];
  readonly values: TemplateValues;
  /** Where the bytes after it begin. */
  readonly next: number;
}

const definitionHeader = 24;

/** Reads template instances of one chunk; each definition is read once, a broken one is remembered as broken. */
export class TemplateReader {
  readonly #bytes: ChunkBytes;
  readonly #budget: Budget;
  readonly #definitions = new Map<number, readonly Element[] | Damage>();

  constructor(bytes: ChunkBytes, budget: Budget) {
    this.#bytes = bytes;
    this.#budget = budget;
  }

  /**
   * The instance whose token lies at `at` (libyal, "Template instance"): a byte, the template's identifier, the place of
   * its definition, the definition itself if that place is right here, then the values.
   */
  read(at: number, end: number): TemplateInstance {
    const bytes = this.#bytes;
    bytes.need(at, 10, end);
    const definition = bytes.u32(at + 6);
    let position = at + 10;
    const roots = this.#definition(definition);
    if (definition === position) position += definitionHeader + bytes.u32(definition + 20);
    bytes.need(position, 4, end);
    const count = bytes.u32(position);
    position += 4;
    bytes.need(position, count * 4, end);
    const table: number[] = [];
    let place = position + count * 4;
    for (let index = 0; index < count; index++, position += 4) {
      this.#budget.node(position);
      const size = bytes.u16(position);
      if (place + size > end) {
        throw new Damage(
          "bad-binxml",
          position,
          `value ${index} has ${size} bytes at ${place}, past the end at ${end}`,
        );
      }
      table.push(bytes.u8(position + 2), place, size);
      place += size;
    }
    return { roots, values: new TemplateValues(table), next: place };
  }

  #definition(at: number): readonly Element[] {
    let known = this.#definitions.get(at);
    if (known === undefined) {
      try {
        known = this.#readDefinition(at);
      } catch (error) {
        // What is spent is spent for this record only; the next one may afford the template.
        if (!(error instanceof Damage) || error.code === "bomb") throw error;
        known = new Damage("bad-template", error.at, `the template at ${at} cannot be read: ${error.message}`);
      }
      this.#definitions.set(at, known);
    }
    if (known instanceof Damage) throw known;
    return known;
  }

  /** Link to the next definition of the same hash (never followed), GUID, size, then a fragment. */
  #readDefinition(at: number): readonly Element[] {
    const bytes = this.#bytes;
    bytes.need(at, definitionHeader);
    const end = at + definitionHeader + bytes.u32(at + 20);
    bytes.need(at, end - at);
    const roots: Element[] = [];
    for (let position = at + definitionHeader; position < end;) {
      const kind = bytes.u8(position) & 0x1f;
      if (kind === token.end) break;
      if (kind === token.fragmentHeader) {
        position += 4;
      } else if (kind === token.openElement) {
        const read = readElement(bytes, this.#budget, position, end, "with-dependency");
        roots.push(read.element);
        position = read.next;
      } else if (kind === token.instructionTarget || kind === token.instructionData) {
        position = afterInstruction(bytes, position, end);
      } else {
        throw new Damage("bad-binxml", position, `byte 0x${kind.toString(16)} cannot stand in a template definition`);
      }
    }
    return roots;
  }
}
