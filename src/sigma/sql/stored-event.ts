import type { JsonObject } from "../event.ts";
import { textOf, type Value } from "../match/field-values.ts";

/**
 * An event as the lake keeps it for searching: every value with the path it lies at, in the order of the record. Texts
 * are made here, by the program that the matcher runs in, so that a number or an object has the same text in both.
 */
export interface StoredEvent {
  readonly paths: readonly string[];
  readonly texts: readonly string[];
  readonly types: readonly StoredType[];
}

/** `json`: an object, or an array inside an array. Such a value's parts are kept beside it, each at its own path. */
export type StoredType = "string" | "number" | "boolean" | "json";

/**
 * How deep and how long (escaped, in UTF-16 units) a path may be for a rule to reach it. Values beyond are kept for
 * keywords alone: without a bound an object that nests n deep would be written out n times, a long key once per child.
 */
export const pathReach = { steps: 32, length: 1024 } as const;

/** Marks the values that no path leads to. No stored path ends so, as every backslash of a key is escaped. */
export const unreachable = "\\@";

/** Takes no stack for deep bodies. The texts are at most `pathReach.steps` times as long as the record. */
export function storedEvent(body: JsonObject): StoredEvent {
  const paths: string[] = [];
  const texts: string[] = [];
  const types: StoredType[] = [];
  const waiting: Visit[] = [];

  function keep(path: string, text: string, type: StoredType): void {
    paths.push(path);
    texts.push(text);
    types.push(type);
  }

  // Children are stacked last first, so that values come out in the order of the record.
  function enter(object: JsonObject, path: string, steps: number): void {
    const keys = Object.keys(object);
    for (let i = keys.length - 1; i >= 0; i--) {
      const value = object[keys[i]!]!;
      if (value !== null) waiting.push({ value, path: below(path, steps, keys[i]!), steps: steps + 1, arrays: 0 });
    }
  }

  enter(body, "", 0);
  for (let visit = waiting.pop(); visit !== undefined; visit = waiting.pop()) {
    const { value, path, steps, arrays } = visit;
    const isValue = arrays < 2 && path !== unreachable;
    if (typeof value !== "object") {
      const text = typeof value === "string" ? storedText(value) : String(value);
      keep(isValue ? path : unreachable, text, typeof value as StoredType);
    } else if (Array.isArray(value)) {
      if (isValue && arrays === 1) keep(path, textOf(value), "json");
      for (let i = value.length - 1; i >= 0; i--)
        if (value[i] !== null) waiting.push({ value: value[i] as Value, path, steps, arrays: arrays + 1 });
    } else {
      if (isValue) keep(path, textOf(value), "json");
      enter(value as JsonObject, path, steps);
    }
  }
  return { paths, texts, types };
}

interface Visit {
  readonly value: Value;
  readonly path: string;
  readonly steps: number;
  /** How many arrays lie between the path's last step and the value: an array's elements are values, theirs are not. */
  readonly arrays: number;
}

function below(path: string, steps: number, key: string): string {
  if (path === unreachable || steps >= pathReach.steps || key.length > pathReach.length) return unreachable;
  const longer = steps === 0 ? pathStep(key) : `${path}.${pathStep(key)}`;
  return longer.length > pathReach.length ? unreachable : longer;
}

/** The steps joined by dots; dots and backslashes within a step are escaped. */
export function storedPath(steps: readonly string[]): string {
  return steps.map(pathStep).join(".");
}

function pathStep(key: string): string {
  return storedText(/[\\.]/.test(key) ? key.replace(/[\\.]/g, "\\$&") : key);
}

/**
 * UTF-8 has no room for half of a surrogate pair, which JSON can spell and JavaScript can hold. Each half is kept as a
 * character of its own from the end of the last private-use plane (U+10F000 to U+10F7FF): one code point before, one
 * after, and different halves stay different.
 */
export function storedText(text: string): string {
  return text.isWellFormed()
    ? text
    : text.replace(/\p{Surrogate}/gu, (half) => String.fromCodePoint(half.charCodeAt(0) + 0x101800));
}
