import type { Slot } from "./element.ts";
import { arrayFlag, type Scalar } from "./value.ts";

/** The values of one template instance: where each lies and what it is; decoded when the template asks for it. */
export class TemplateValues {
  readonly #count: number;
  /** Three numbers a value: type, place in the chunk, size. */
  readonly #table: readonly number[];
  #itemOf = -1;
  #item: Scalar = "";

  constructor(table: readonly number[]) {
    this.#count = table.length / 3;
    this.#table = table;
  }

  /** 0, the null type, for a value that the instance doesn't have. */
  type({ index }: Slot): number {
    return index < this.#count ? this.#table[index * 3]! : 0;
  }

  place({ index }: Slot): number {
    return index < this.#count ? this.#table[index * 3 + 1]! : 0;
  }

  size({ index }: Slot): number {
    return index < this.#count ? this.#table[index * 3 + 2]! : 0;
  }

  /** Whether the value is an array, and not just now narrowed to one of its items. */
  isArray(slot: Slot): boolean {
    return this.type(slot) >= arrayFlag && this.#itemOf !== slot.index;
  }

  /** Runs `use` for each of an array's items, with the array standing for that item alone. */
  forEach({ index }: Slot, items: readonly Scalar[], use: () => void): void {
    const [itemOf, item] = [this.#itemOf, this.#item];
    this.#itemOf = index;
    for (const each of items) {
      this.#item = each;
      use();
    }
    [this.#itemOf, this.#item] = [itemOf, item];
  }

  /** The item that an array stands for just now. */
  item({ index }: Slot): Scalar | undefined {
    return this.#itemOf === index ? this.#item : undefined;
  }
}

export const noValues = new TemplateValues([]);
