import type { JsonObject } from "../event.ts";
import { textOf, type Value } from "../match/field-values.ts";

/**
 * An event as the lake keeps it for searching. Texts are made here, by the program that the matcher runs in, so that a
 * number or an object has the same text in both.
 */
export interface StoredEvent {
  /**
   * From a path (`storedPath`) to the texts of the values there, in the record's order; no path is empty. Some values
   * lie under a second key too, `nested` or `exponent`.
   */
  readonly texts: Readonly<Record<string, readonly string[]>>;
  /** The paths at which some value is an object, or an array inside an array. */
  readonly containers: readonly string[];
}

/**
 * How deep and how long (escaped, in UTF-16 units) a path may be for a rule to reach it. Values beyond are kept for
 * keywords alone: without a bound an object that nests n deep would be written out n times, a long key once per child.
 */
export const pathReach = { steps: 32, length: 1024 } as const;

/**
 * `path + beside.leaves`: of a container's path, the values that are strings, numbers or booleans; with no path before
 * it, all that no path leads to. `path + beside.exponents`: the numbers whose text has an exponent, which a string with
 * the same text is not. No stored path ends like these, as a path's own backslashes are escaped.
 */
export const beside = { leaves: "\\@", exponents: "\\e" } as const;

/** Takes no stack for deep bodies. Texts come to at most some `pathReach.steps` times the record. */
export function storedEvent(body: JsonObject): StoredEvent {
  const texts = new Map<string, string[]>();
  const leavesOf = new Map<string, string[]>();
  const containers = new Set<string>();
  const waiting: Visit[] = [];

  // Children are stacked last first, so that values come out in the order of the record.
  function enter(object: JsonObject, path: string, steps: number): void {
    const keys = Object.keys(object);
    for (let i = keys.length - 1; i >= 0; i--) {
      const value = object[keys[i]!]!;
      if (value !== null) waiting.push({ value, path: below(path, steps, keys[i]!), steps: steps + 1, arrays: 0 });
    }
  }

  function keepLeaf(value: string | number | boolean, path: string, isValue: boolean): void {
    const text = typeof value === "string" ? storedText(value) : String(value);
    if (!isValue) return append(texts, beside.leaves, text);
    append(texts, path, text);
    append(leavesOf, path, text);
    if (typeof value === "number" && text.includes("e")) append(texts, path + beside.exponents, text);
  }

  function keepContainer(value: Value, path: string): void {
    append(texts, path, textOf(value));
    containers.add(path);
  }

  enter(body, "", 0);
  for (let visit = waiting.pop(); visit !== undefined; visit = waiting.pop()) {
    const { value, path, steps, arrays } = visit;
    const isValue = arrays < 2 && path !== beside.leaves;
    if (typeof value !== "object") keepLeaf(value, path, isValue);
    else if (Array.isArray(value)) {
      if (isValue && arrays === 1) keepContainer(value, path);
      for (let i = value.length - 1; i >= 0; i--)
        if (value[i] !== null) waiting.push({ value: value[i] as Value, path, steps, arrays: arrays + 1 });
    } else {
      if (isValue) keepContainer(value, path);
      enter(value as JsonObject, path, steps);
    }
  }
  for (const path of containers) {
    const leaves = leavesOf.get(path);
    if (leaves !== undefined) texts.set(path + beside.leaves, leaves);
  }
  return { texts: Object.fromEntries(texts), containers: [...containers] };
}

interface Visit {
  readonly value: Value;
  readonly path: string;
  readonly steps: number;
  /** How many arrays lie between the path's last step and the value: an array's elements are values, theirs are not. */
  readonly arrays: number;
}

function append(into: Map<string, string[]>, path: string, text: string): void {
  const known = into.get(path);
  if (known === undefined) into.set(path, [text]);
  else known.push(text);
}

function below(path: string, steps: number, key: string): string {
  if (path === beside.leaves || steps >= pathReach.steps || key.length > pathReach.length) return beside.leaves;
  const longer = steps === 0 ? pathStep(key) : `${path}.${pathStep(key)}`;
  return longer.length > pathReach.length ? beside.leaves : longer;
}

/**
 * The steps joined by dots; dots and backslashes within a step are escaped. An empty step is `\_`: ClickHouse 26.7 does
 * not find the key '' in a map of LowCardinality.
 */
export function storedPath(steps: readonly string[]): string {
  return steps.map(pathStep).join(".");
}

function pathStep(key: string): string {
  return key === "" ? "\\_" : storedText(/[\\.]/.test(key) ? key.replace(/[\\.]/g, "\\$&") : key);
}

/**
 * UTF-8 has no room for half of a surrogate pair, which JSON can spell and JavaScript can hold. Each half is kept as a
 * character of its own from the end of the last private-use plane (U+10F000 to U+10F7FF): one code point before, one
 * after, and different halves stay different.
 */
export function storedText(text: string): string {
  if (text.isWellFormed()) return text;
  return text.replace(/\p{Surrogate}/gu, (half) => String.fromCodePoint(half.charCodeAt(0) + 0x101800));
}
