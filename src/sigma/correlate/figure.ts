import type { WindowCondition } from "./condition.ts";
import { ExactSum } from "./exact-sum.ts";

/** A figure over the observations in a window, kept up to date as they come and go. */
export interface Figure {
  add(values: readonly (string | number)[]): void;
  /** Takes back what was added. */
  remove(values: readonly (string | number)[]): void;
  /** undefined: there is nothing to compute it from. */
  readonly value: number | undefined;
}

type FigureCondition = Extract<WindowCondition, { kind: "figure" }>;

export function createFigure({ figure, percentile }: FigureCondition): Figure {
  switch (figure) {
    case "count":
      return new Count();
    case "distinct":
      return new Distinct();
    case "percentile":
      return new Percentile(percentile);
    case "sum":
    case "average":
      return new Total(figure === "average");
  }
}

class Count implements Figure {
  value = 0;
  add(): void {
    this.value++;
  }
  remove(): void {
    this.value--;
  }
}

/** Different values. Each change costs one look-up, however many the window holds. */
class Distinct implements Figure {
  readonly #held = new Map<string | number, number>();

  add(values: readonly (string | number)[]): void {
    for (const value of values) this.#held.set(value, (this.#held.get(value) ?? 0) + 1);
  }
  remove(values: readonly (string | number)[]): void {
    for (const value of values) {
      const left = (this.#held.get(value) ?? 1) - 1;
      if (left === 0) this.#held.delete(value);
      else this.#held.set(value, left);
    }
  }
  get value(): number {
    return this.#held.size;
  }
}

class Total implements Figure {
  readonly #average: boolean;
  readonly #sum = new ExactSum();
  #numbers = 0;

  constructor(average: boolean) {
    this.#average = average;
  }

  add(values: readonly (string | number)[]): void {
    for (const value of values) this.#sum.add(Number(value));
    this.#numbers += values.length;
  }
  remove(values: readonly (string | number)[]): void {
    for (const value of values) this.#sum.add(-Number(value));
    this.#numbers -= values.length;
  }
  get value(): number | undefined {
    if (this.#numbers === 0) return undefined;
    return this.#average ? this.#sum.value / this.#numbers : this.#sum.value;
  }
}

/** Nearest-rank percentile over a sorted list. */
class Percentile implements Figure {
  readonly #percentile: number;
  readonly #sorted: number[] = [];

  constructor(percentile: number) {
    this.#percentile = percentile;
  }

  add(values: readonly (string | number)[]): void {
    for (const value of values) this.#sorted.splice(this.#placeOf(Number(value)), 0, Number(value));
  }
  remove(values: readonly (string | number)[]): void {
    for (const value of values) this.#sorted.splice(this.#placeOf(Number(value)), 1);
  }
  get value(): number | undefined {
    // Multiplied first, and less a hair: (7 / 100) * 100 is a little more than 7, which is another rank.
    const rank = Math.ceil((this.#percentile * this.#sorted.length) / 100 - 1e-9);
    return this.#sorted[Math.max(0, rank - 1)];
  }

  #placeOf(number: number): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sorted[middle]! < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
