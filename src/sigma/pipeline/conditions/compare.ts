import type { Scalar } from "../step.ts";

/** ISO dates compare as their text does. */
export function compare(one: Exclude<Scalar, null>, other: Exclude<Scalar, null>, op: string): boolean {
  switch (op) {
    case "eq":
      return one === other;
    case "ne":
      return one !== other;
    case "gte":
      return one >= other;
    case "gt":
      return one > other;
    case "lte":
      return one <= other;
    case "lt":
      return one < other;
    default:
      return false;
  }
}
