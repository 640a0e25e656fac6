import type { WindowCondition } from "./condition.ts";

/** A figure over the observations in a window, kept up to date as they come and go. */
export interface Figure {
  add(observation: Valued): void;
  /** Takes back the oldest observation added. */
  remove(observation: Valued): void;
  /** undefined: there is nothing to compute it from. */
  readonly value: number | undefined;
}

interface Valued {
  field(name: string): readonly string[];
}

type FigureCondition = Extract<WindowCondition, { kind: "figure" }>;

export function createFigure(condition: FigureCondition): Figure {
  switch (condition.figure) {
    case "count":
      return countFigure();
    case "distinct":
      return distinctFigure(condition.field);
    case "percentile":
      return percentileFigure(condition.field, condition.percentile);
    case "sum":
    case "average":
      return totalFigure(condition.field, condition.figure === "average");
  }
}

function countFigure(): Figure {
  let value = 0;
  return {
    add: () => void value++,
    remove: () => void value--,
    get value() {
      return value;
    },
  };
}

/** Distinct values; several fields count as one combined value. Each change costs one look-up, however wide the window. */
function distinctFigure(fields: readonly string[]): Figure {
  const held = new Map<string, number>();
  const keysOf = (observation: Valued) =>
    fields.length === 1
      ? observation.field(fields[0]!)
      : [JSON.stringify(fields.map((field) => observation.field(field)[0] ?? null))];
  return {
    add(observation) {
      for (const key of keysOf(observation)) held.set(key, (held.get(key) ?? 0) + 1);
    },
    remove(observation) {
      for (const key of keysOf(observation)) {
        const left = (held.get(key) ?? 1) - 1;
        if (left === 0) held.delete(key);
        else held.set(key, left);
      }
    },
    get value() {
      return held.size;
    },
  };
}

function totalFigure(fields: readonly string[], average: boolean): Figure {
  // Kept as the numbers themselves: taking floats back out of a running sum would let its error grow for ever.
  let numbers: number[] = [];
  let head = 0;
  let sum = 0;
  let changesSinceExact = 0;

  function exact(): void {
    numbers = numbers.slice(head);
    head = 0;
    sum = numbers.reduce((total, number) => total + number, 0);
    changesSinceExact = 0;
  }

  return {
    add(observation) {
      for (const number of numbersOf(observation, fields)) {
        numbers.push(number);
        sum += number;
      }
    },
    remove(observation) {
      for (const number of numbersOf(observation, fields)) {
        head++;
        sum -= number;
        changesSinceExact++;
      }
      if (head === numbers.length || changesSinceExact > Math.max(256, numbers.length - head)) exact();
    },
    get value() {
      const size = numbers.length - head;
      if (size === 0) return undefined;
      return average ? sum / size : sum;
    },
  };
}

/** Nearest-rank percentile over a sorted list. */
function percentileFigure(fields: readonly string[], percentile: number): Figure {
  const sorted: number[] = [];
  const placeOf = (number: number) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]! < number) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    add(observation) {
      for (const number of numbersOf(observation, fields)) sorted.splice(placeOf(number), 0, number);
    },
    remove(observation) {
      for (const number of numbersOf(observation, fields)) sorted.splice(placeOf(number), 1);
    },
    get value() {
      if (sorted.length === 0) return undefined;
      return sorted[Math.max(0, Math.ceil((percentile / 100) * sorted.length) - 1)];
    },
  };
}

function numbersOf(observation: Valued, fields: readonly string[]): number[] {
  return fields.flatMap((field) =>
    observation.field(field).flatMap((text) => {
      const number = text.trim() === "" ? Number.NaN : Number(text);
      return Number.isFinite(number) ? [number] : [];
    }),
  );
}
