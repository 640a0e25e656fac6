import { fold } from "../fold.ts";
import type { CidrTest, CompareTest, LikeTest, RegexTest, TimeTest } from "../plan.ts";
import { cidrPredicate } from "./cidr.ts";
import { textOf, type Value } from "./field-values.ts";
import { hasShape, shapeOf } from "./like.ts";
import { regexPredicate } from "./regex.ts";
import { timePart } from "./time-part.ts";

/** The tests that one value answers by itself. */
export type SingleTest = LikeTest | RegexTest | CidrTest | CompareTest | TimeTest;

/** A test as a function of one value; made once, asked often. `unanchored`: as keywords ask `like`. */
export function valuePredicate(test: SingleTest, unanchored = false): (value: Value) => boolean {
  switch (test.op) {
    case "like": {
      const shape = shapeOf(test, unanchored);
      if (test.cased) return (value) => hasShape(shape, textOf(value));
      return (value) => hasShape(shape, fold(textOf(value)));
    }
    case "regex": {
      const matches = regexPredicate(test);
      return (value) => matches(textOf(value));
    }
    case "cidr": {
      const inside = cidrPredicate(test.network);
      return (value) => typeof value === "string" && inside(value);
    }
    case "compare":
      return (value) => {
        const number = numberOf(value);
        return number !== undefined && holds(number, test.than, test.number);
      };
    case "time":
      return (value) => {
        const part = typeof value === "string" ? timePart(value, test.part) : undefined;
        return part !== undefined && holds(part, test.is, test.number);
      };
  }
}

/** A JSON number, or text that is a plain decimal number; nothing else has one. */
function numberOf(value: Value): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && plainDecimal.test(value) ? Number(value) : undefined;
}

const plainDecimal = /^-?\d+(?:\.\d+)?$/;

function holds(left: number, is: "eq" | "lt" | "lte" | "gt" | "gte", right: number): boolean {
  switch (is) {
    case "eq":
      return left === right;
    case "lt":
      return left < right;
    case "lte":
      return left <= right;
    case "gt":
      return left > right;
    case "gte":
      return left >= right;
  }
}
